using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The ids of a stream's last events, so that a repeated one is recognised.</summary>
internal sealed class SeenEvents(int maxEvents, TimeSpan window)
{
    // A reference and a cursor; a reference and a time.
    private const int CursorPairBytes = 24, AgeBytes = 24;

    private Dictionary<string, Cursor> _cursors = [];
    private Queue<(string EventId, DateTimeOffset At)> _byAge = new();
    private long _idBytes;

    /// <summary>What the ids take in memory.</summary>
    public long HeldBytes => HeapBytes.OfDictionary(_cursors.Capacity, CursorPairBytes) + HeapBytes.OfArray(_byAge.Capacity, AgeBytes) + _idBytes;

    public Cursor? Find(string eventId) => _cursors.TryGetValue(eventId, out var cursor) ? cursor : null;

    public void Add(string eventId, Cursor cursor, DateTimeOffset now)
    {
        _cursors.Add(eventId, cursor);
        _byAge.Enqueue((eventId, now));
        _idBytes += HeapBytes.OfString(eventId);
    }

    public void Trim(DateTimeOffset now)
    {
        while (_byAge.TryPeek(out var oldest) && (_byAge.Count > maxEvents || now - oldest.At >= window))
        {
            _cursors.Remove(oldest.EventId);
            _byAge.Dequeue();
            _idBytes -= HeapBytes.OfString(oldest.EventId);
        }
    }

    public void Clear()
    {
        // New ones: cleared ones would keep the room for all that they held.
        if (_byAge.Count > 0) (_cursors, _byAge, _idBytes) = ([], new(), 0);
    }
}
