using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;

namespace EventStream.Listening;

/// <summary>Reads a stream over a bus: subscribes, holds what is announced, reads the log after its position, and proves by the cursors that nothing is missing.</summary>
internal sealed partial class BusReading(IEventBus bus, ListenRequest request, TimeProvider time, ILogger logger) : IStreamReading
{
    private const int PageEvents = 1000;

    // An announcement may be lost unnoticed, so a silent reader compares its position with the log.
    private static readonly TimeSpan PositionCheck = TimeSpan.FromSeconds(45);

    private readonly LiveEntries _live = new(request.Options.BufferedEvents);
    private readonly LogRepair _repair = new(bus, request.Stream, time);
    private readonly EventFactory _events = new(time);
    private IAsyncDisposable? _subscription;
    private Queue<LogEntry> _announced = new();
    private LogPlace? _place;
    private bool _mustRead;
    private bool _wasRead;
    private bool _maybeEnded;
    private bool _hasSkipped;

    public Queue<StreamEvent> Ready { get; } = new();

    public bool IsOver { get; private set; }

    private StreamKey Stream => request.Stream;

    private StreamUntil Until => request.Options.Until;

    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        _subscription ??= await bus.SubscribeAsync(Stream, _live, cancellationToken).ConfigureAwait(false);
        if (_place is not { } place) await StartAsync(cancellationToken).ConfigureAwait(false);
        else if (_maybeEnded) await LookForEndAsync(place, cancellationToken).ConfigureAwait(false);
        else if (_mustRead) await ReadAsync(place, cancellationToken).ConfigureAwait(false);
        else if (_announced.Count > 0) PlaceAnnounced(place);
        else await TakeAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        // Not awaited: a bus that doesn't answer must not hold up who leaves.
        if (_subscription is not null) _ = _subscription.DisposeAsync().AsTask();
        return ValueTask.CompletedTask;
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var marks = await ReadMarksAsync(cancellationToken).ConfigureAwait(false);
        if (request.From.Cursor is { } cursor && marks.ReachedAt(cursor) is not null)
        {
            End("over", cursor);
            return;
        }
        var resume = Resume.Decide(request.From, marks.Log);
        Ready.Enqueue(new StreamEvent(resume.Start, _events.CreateControl(Stream, new SessionStreamStarted
        {
            Message = "Bus connection established",
            Cursor = resume.Start.ToString(),
            Resume = resume.Verdict,
            Reason = resume.Reason,
            Replayed = resume.Replayed,
        })));
        _place = new LogPlace(resume.Start);
        _mustRead = true;
        if (marks.ReachedAt(resume.Start) is { } end) End(end, resume.Start);
    }

    private async Task<EndMarks> ReadMarksAsync(CancellationToken cancellationToken)
    {
        var log = await bus.ReadAsync(Stream, Cursor.Zero, 0, cancellationToken).ConfigureAwait(false);
        var runEnd = Until == StreamUntil.RunEnds ? await bus.FindRunEndAsync(Stream, request.Options.RunId!, cancellationToken).ConfigureAwait(false) : null;
        return new EndMarks(Until, Stream.CanEnd ? log : log with { DeletedAt = null }, runEnd);
    }

    /// <summary>The end that is waited for may be among the events that are gone.</summary>
    private async Task LookForEndAsync(LogPlace place, CancellationToken cancellationToken)
    {
        var marks = await ReadMarksAsync(cancellationToken).ConfigureAwait(false);
        _maybeEnded = false;
        if (marks.ReachedAt(place.Position) is { } end) End(end, place.Position);
    }

    private async Task ReadAsync(LogPlace place, CancellationToken cancellationToken)
    {
        var position = place.Position;
        var (page, rewindTo) = await _repair.ReadAsync(place, PageEvents, cancellationToken).ConfigureAwait(false);
        if (rewindTo is { } to)
        {
            TellGap(place, to);
            place.Rewind(to);
        }
        else
        {
            Merge(place, page);
            // A log whose end another program has deleted brings nothing more, however far its head is.
            _mustRead = place.Position > position && page.HasMore(position);
        }
    }

    /// <summary>Takes what the log holds after the position; says what it has lost.</summary>
    private void Merge(LogPlace place, LogPage page)
    {
        var position = place.Position;
        foreach (var entry in page.Entries)
        {
            place.Learn(entry);
            if (entry.Cursor <= place.Position) continue;
            // The session was deleted, and has begun anew since.
            if (entry.Cursor.Offset == 1 && AnnouncedDeletion(place.Position.Next) is { } deletion) Pass(place, deletion);
            if (IsOver) return;
            if (!entry.Cursor.Follows(place.Position)) TellGap(place, entry.Cursor.Previous);
            Pass(place, entry);
            if (IsOver) return;
        }
        if (page.First is null && page.DeletedAt is { } deletedAt && Stream.CanEnd)
            Pass(place, AnnouncedDeletion(deletedAt) ?? new LogEntry(deletedAt, EventWriter.ToUtf8(_events.CreateControl(Stream, new SessionDeleted()))));
        // Nothing is left to read: the log has expired, or began an epoch that is still empty.
        else if (place.Position == position && page.Head > position) TellGap(place, page.Head);
    }

    private LogEntry? AnnouncedDeletion(Cursor at)
    {
        foreach (var entry in _announced)
        {
            if (entry.Cursor == at && Stream.CanEnd && EnvelopeHead.TryRead(entry.Envelope.Span, out var head, Stream.SessionId) && EventCatalogue.RoleOf(head.Type) == EventRole.DeletesSession) return entry;
        }
        return null;
    }

    /// <summary>Places what was announced, up to what only the log can place.</summary>
    private void PlaceAnnounced(LogPlace place)
    {
        while (!IsOver && _announced.TryPeek(out var entry))
        {
            if (entry.Cursor == Cursor.Zero)
            {
                Tell(cursor: null, entry.Envelope.Span);
            }
            else if (entry.Cursor <= place.Position)
            {
                // A repetition; when another event was announced for that position, the log decides.
                if (!place.Holds(entry)) _mustRead |= _repair.Doubt(place, entry.Cursor);
            }
            else if (IsNext(place, entry))
            {
                Pass(place, entry);
            }
            else if (!_wasRead)
            {
                _mustRead = _wasRead = true;
                return;
            }
            // It was announced before the log was read, and isn't there: it was never logged.
            _announced.Dequeue();
            if (_mustRead) return;
        }
    }

    // Anyone can announce an end, or what is no event; the log says what is true.
    private bool IsNext(LogPlace place, LogEntry entry) =>
        entry.Cursor.Follows(place.Position) && EnvelopeHead.TryRead(entry.Envelope.Span, out var head, Stream.SessionId, Stream.ProjectId)
        && !(Stream.CanEnd && EventCatalogue.RoleOf(head.Type) is EventRole.EndsRun or EventRole.EndsSession or EventRole.DeletesSession);

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var silence = _repair.ComparesIn ?? Jitter.Around(PositionCheck, 0.3);
        try
        {
            await _live.News.WaitAsync(silence, time, cancellationToken).ConfigureAwait(false);
            _announced = _live.Take(out var isIncomplete);
            _mustRead = _wasRead = isIncomplete;
        }
        catch (TimeoutException)
        {
            _mustRead = true;
        }
    }
}
