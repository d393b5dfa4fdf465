using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>Where a reader stands in a log, and which events it passed last: by them it notices a log that was rolled back.</summary>
internal sealed class LogPlace(Cursor start)
{
    // As many as a feed's window holds.
    private const int MaxKnown = 1024;

    private readonly Queue<Cursor> _order = new();
    private readonly Dictionary<Cursor, string?> _ids = [];

    /// <summary>The position of the last event.</summary>
    public Cursor Position { get; private set; } = start;

    /// <summary>The position before the first event that is known.</summary>
    public Cursor Base { get; private set; } = start;

    /// <summary>Whether just this event is at its position. What isn't known to be an event stands for whatever is there.</summary>
    public bool Holds(LogEntry entry) => _ids.TryGetValue(entry.Cursor, out var id) && (id is null || id == IdOf(entry));

    /// <summary>Passes an event.</summary>
    public void Pass(LogEntry entry) => Pass(entry.Cursor, IdOf(entry));

    /// <summary>Passes what is no event of the log, such as a gap.</summary>
    public void Pass(Cursor position) => Pass(position, id: null);

    /// <summary>Learns which event is at the position, where reading began.</summary>
    public void Learn(LogEntry entry)
    {
        if (entry.Cursor != Position || _ids.ContainsKey(Position)) return;
        Base = Position.Previous;
        Add(Position, IdOf(entry));
    }

    /// <summary>Goes back to an earlier position.</summary>
    public void Rewind(Cursor to)
    {
        _order.Clear();
        _ids.Clear();
        Position = Base = to;
    }

    /// <summary>Whether a page that was read from just before the position shows another log than the one that was passed.</summary>
    public bool IsRolledBack(LogPage page)
    {
        // An empty log was lost, deleted or has expired: the next append begins a new epoch.
        if (page.First is not { } first) return false;
        if (page.Head < Position) return true;
        if (_ids.GetValueOrDefault(Position) is null || first > Position) return false;
        return page.Entries is not [var entry, ..] || entry.Cursor != Position || !Holds(entry);
    }

    private static string? IdOf(LogEntry entry) => EnvelopeHead.ReadMember(entry.Envelope.Span, "event_id"u8);

    private void Pass(Cursor position, string? id)
    {
        Position = position;
        if (!_ids.ContainsKey(position)) Add(position, id);
        while (_order.Count > MaxKnown)
        {
            Base = _order.Dequeue();
            _ids.Remove(Base);
        }
    }

    private void Add(Cursor position, string? id)
    {
        _ids[position] = id;
        _order.Enqueue(position);
    }
}
