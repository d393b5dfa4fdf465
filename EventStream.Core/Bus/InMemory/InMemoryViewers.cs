using System.Collections.Concurrent;

namespace EventStream.Bus.InMemory;

/// <summary>How many clients watch which session: the servers of this process say so, and are heard while it lives.</summary>
internal sealed class InMemoryViewers
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<StreamKey, int>> _nodes = new(StringComparer.Ordinal);

    public bool Keep(string node) => _nodes.ContainsKey(node);

    public void Report(string node, IReadOnlyDictionary<StreamKey, int> viewers, bool isAll)
    {
        if (isAll) _nodes[node] = [];
        var known = _nodes.GetOrAdd(node, _ => []);
        foreach (var (session, count) in viewers)
        {
            if (count > 0) known[session] = count;
            else known.TryRemove(session, out _);
        }
        if (isAll && known.IsEmpty) _nodes.TryRemove(node, out _);
    }

    public long Count(StreamKey session) => _nodes.Values.Sum(known => (long)known.GetValueOrDefault(session));
}
