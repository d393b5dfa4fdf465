using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The last runs of a stream that ended, with the positions of their ends.</summary>
internal sealed class EndedRuns(int maxRuns)
{
    // A reference and a cursor; a reference.
    private const int EndPairBytes = 24, AgeBytes = 8;

    private Dictionary<string, Cursor> _ends = [];
    private Queue<string> _byAge = new();
    private long _idBytes;

    /// <summary>What the runs take in memory.</summary>
    public long HeldBytes => HeapBytes.OfDictionary(_ends.Capacity, EndPairBytes) + HeapBytes.OfArray(_byAge.Capacity, AgeBytes) + _idBytes;

    public Cursor? Find(string runId) => _ends.TryGetValue(runId, out var end) ? end : null;

    public void Add(string runId, Cursor end)
    {
        _ends.Add(runId, end);
        _byAge.Enqueue(runId);
        _idBytes += HeapBytes.OfString(runId);
        if (_byAge.Count <= maxRuns) return;
        var oldest = _byAge.Dequeue();
        _ends.Remove(oldest);
        _idBytes -= HeapBytes.OfString(oldest);
    }

    public void Clear()
    {
        if (_byAge.Count > 0) (_ends, _byAge, _idBytes) = ([], new(), 0);
    }
}
