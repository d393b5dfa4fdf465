using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>Who started the runs of a stream that go on, as far as publishers are known.</summary>
internal sealed class RunOwners(int maxRuns)
{
    // This object and its dictionary; two references and a cursor.
    private const int ObjectBytes = 128, OwnerPairBytes = 32;

    // Some more than one are dropped at once, so that not every start looks through all of them.
    private readonly int _kept = maxRuns - maxRuns / 16;
    private readonly Dictionary<string, (string Name, Cursor Start)> _owners = [];
    private long _textBytes;

    /// <summary>What the runs take in memory.</summary>
    public long HeldBytes => ObjectBytes + HeapBytes.OfDictionary(_owners.Capacity, OwnerPairBytes) + _textBytes;

    public string? Find(string runId) => _owners.TryGetValue(runId, out var owner) ? owner.Name : null;

    /// <summary>Notes who started a run, unless it was started before.</summary>
    public void Add(string runId, string name, Cursor start)
    {
        if (_owners.TryAdd(runId, (name, start))) _textBytes += BytesOf(runId, name);
    }

    public void Remove(string runId)
    {
        if (_owners.Remove(runId, out var owner)) _textBytes -= BytesOf(runId, owner.Name);
    }

    /// <summary>Drops runs of the publisher that started the most, so that nobody makes those of others fall out.</summary>
    public void Trim()
    {
        if (_owners.Count <= maxRuns) return;
        var runsOf = _owners.GroupBy(owner => owner.Value.Name).Select(group => new Queue<string>(group.OrderBy(owner => owner.Value.Start).Select(owner => owner.Key))).ToArray();
        while (_owners.Count > _kept) Remove(runsOf.MaxBy(runs => runs.Count)!.Dequeue());
    }

    private static long BytesOf(string runId, string name) => HeapBytes.OfString(runId) + HeapBytes.OfString(name);
}
