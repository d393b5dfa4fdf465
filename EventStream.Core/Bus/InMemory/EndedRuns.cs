using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The last runs of a stream that ended, with the positions of their ends.</summary>
internal sealed class EndedRuns(int maxRuns)
{
    private readonly Dictionary<string, Cursor> _ends = [];
    private readonly Queue<string> _byAge = new();

    public Cursor? Find(string runId) => _ends.TryGetValue(runId, out var end) ? end : null;

    public void Add(string runId, Cursor end)
    {
        _ends.Add(runId, end);
        _byAge.Enqueue(runId);
        if (_byAge.Count > maxRuns) _ends.Remove(_byAge.Dequeue());
    }

    public void Clear()
    {
        _ends.Clear();
        _byAge.Clear();
    }
}
