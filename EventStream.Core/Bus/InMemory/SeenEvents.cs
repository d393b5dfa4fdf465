using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The ids of a stream's last events, so that a repeated one is recognised.</summary>
internal sealed class SeenEvents(int maxEvents, TimeSpan window)
{
    private readonly Dictionary<string, Cursor> _cursors = [];
    private readonly Queue<(string EventId, DateTimeOffset At)> _byAge = new();

    public Cursor? Find(string eventId) => _cursors.TryGetValue(eventId, out var cursor) ? cursor : null;

    public void Add(string eventId, Cursor cursor, DateTimeOffset now)
    {
        _cursors.Add(eventId, cursor);
        _byAge.Enqueue((eventId, now));
    }

    public void Trim(DateTimeOffset now)
    {
        while (_byAge.TryPeek(out var oldest) && (_byAge.Count > maxEvents || now - oldest.At >= window))
        {
            _cursors.Remove(oldest.EventId);
            _byAge.Dequeue();
        }
    }

    public void Clear()
    {
        _cursors.Clear();
        _byAge.Clear();
    }
}
