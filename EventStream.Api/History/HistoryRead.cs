using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.History;

/// <summary>Reads one page of a history. What it looks at has a bound, however little of it passes the filter.</summary>
internal sealed class HistoryRead(BulkReads reads, StreamKey stream, EventFilter filter, int limit)
{
    /// <summary>The most events that are looked at, whether or not they pass the filter.</summary>
    public const int MaxLookedEvents = 2000;

    /// <summary>The bytes of events after which nothing more is looked at.</summary>
    public const int MaxLookedBytes = 1024 * 1024;

    private int _lookedEvents;
    private long _lookedBytes;

    public List<LogEntry> Events { get; } = [];

    /// <summary>The verdict on the cursor that the page was asked for with.</summary>
    public Resume Resume { get; private set; }

    /// <summary>The position that was looked at last: the next page begins behind it.</summary>
    public Cursor Position { get; private set; }

    public bool HasMore { get; private set; }

    private bool IsFull => Events.Count == limit || _lookedEvents >= MaxLookedEvents || _lookedBytes >= MaxLookedBytes;

    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task RunAsync(StartFrom from, CancellationToken cancellationToken)
    {
        var page = await reads.ReadAsync(stream, Cursor.Zero, 0, cancellationToken);
        Begin(from, page);
        HasMore = page.HasMore(Position);
        for (var isFirst = true; HasMore && !IsFull; isFirst = false)
        {
            page = await reads.ReadAsync(stream, Position, filter.IsAll ? limit - Events.Count : BulkReads.MaxEvents, cancellationToken);
            HasMore = page.HasMore(Position);
            if (HasHole(page))
            {
                // Between two reads: the next request tells it, with its verdict on the cursor that this answer ends with.
                if (!isFirst)
                {
                    HasMore = true;
                    return;
                }
                // The log lost its first events since it was judged.
                Begin(from, page);
            }
            Take(page);
            // Whatever the head is: an epoch that was begun may hold nothing yet.
            if (page.Entries.Count == 0) HasMore = false;
        }
    }

    private void Begin(StartFrom from, LogPage log)
    {
        Resume = Resume.Decide(from, log);
        Position = Resume.Start;
    }

    private void Take(LogPage page)
    {
        foreach (var entry in page.Entries)
        {
            _lookedEvents++;
            _lookedBytes += entry.Envelope.Length;
            if (!entry.Envelope.IsEmpty && (filter.IsAll || filter.Passes(entry.Envelope.Span))) Events.Add(entry);
            Position = entry.Cursor;
            if (!IsFull) continue;
            HasMore = Position < page.Head;
            return;
        }
    }

    private bool HasHole(LogPage page) => page.Entries.Count > 0 && !page.Entries[0].Cursor.Follows(Position);
}
