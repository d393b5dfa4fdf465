using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>Entries that were announced and can't be placed yet, numbered as they came. Bounded: beyond the bound the log is the better memory.</summary>
/// <remarks>Not thread-safe: the feed's lock guards it.</remarks>
internal sealed class PendingEntries
{
    private const int MaxEntries = 10_000;
    private const int MaxBytes = WindowBudget.MaxBytes;

    private readonly Queue<LogEntry> _entries = new();
    private int _bytes;

    /// <summary>The number of the first entry.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next entry gets.</summary>
    public long Next => First + _entries.Count;

    public IEnumerable<LogEntry> All => _entries;

    public void Add(LogEntry entry)
    {
        if (_entries.Count >= MaxEntries || _bytes > MaxBytes)
        {
            First = Next;
            _entries.Clear();
            _bytes = 0;
        }
        _entries.Enqueue(entry);
        _bytes += entry.Envelope.Length;
    }

    public bool TryPeek(out LogEntry entry) => _entries.TryPeek(out entry);

    public void DropFirst()
    {
        _bytes -= _entries.Dequeue().Envelope.Length;
        First++;
    }

    /// <summary>The deletion of the session that was announced at a position; null when none was.</summary>
    public Frame? DeletionAt(Cursor cursor, StreamKey stream) =>
        _entries.Where(entry => entry.Cursor == cursor).Select(entry => Frame.OfAnnounced(entry, stream)).FirstOrDefault(frame => frame.Role == EventRole.DeletesSession);
}
