using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The log of one stream with its head, its seen ids and its marks. Every member needs the stream's lock.</summary>
internal sealed partial class StreamLog(StreamKey stream, LogOptions options)
{
    // This object and those that it consists of, while they are empty.
    private const int ObjectBytes = 560;

    private readonly HeldEntries _held = new();
    private readonly SeenEvents _seen = new(options.DedupeEvents, options.DedupeWindow);
    private readonly EndedRuns _endedRuns = new(options.MaxEndedRuns);
    private DateTimeOffset _changedAt;
    private Cursor? _endedAt;
    private Cursor? _deletedAt;

    public Cursor Head { get; private set; }

    /// <summary>What the log takes in memory.</summary>
    public long HeldBytes => ObjectBytes + _held.HeldBytes + _seen.HeldBytes + _endedRuns.HeldBytes + (_open?.HeldBytes ?? 0);

    public bool IsForgotten(DateTimeOffset now) => now - _changedAt >= options.MetaRetention;

    public bool Holds(DateTimeOffset now) => _held.Count > 0 && !IsExpired(now);

    public void Expire(DateTimeOffset now)
    {
        if (!IsExpired(now)) return;
        _held.Clear();
        _seen.Clear();
    }

    /// <param name="request">The batch.</param>
    /// <param name="envelopes">Its events as JSON.</param>
    /// <param name="minEpoch">The lowest number for a new epoch.</param>
    /// <param name="now">The time of the append.</param>
    public AppendResult Append(AppendRequest request, byte[][] envelopes, long minEpoch, DateTimeOffset now)
    {
        _seen.Trim(now);
        var ids = request.Events.Select(candidate => stream.KeyOf(candidate)).ToArray();
        var known = ids.Select(_seen.Find).ToArray();
        DistinguishIds(request, ids, known);
        if (request.ExpectedHead is { } expected && expected != Head && known.Contains(null))
            return new AppendResult { Receipts = [], Head = Head, IsConflict = true };

        RequireOwnRuns(request, known);
        RequireRoom(request, known);
        if (LeaseLeft(request, now) is { } left) return new AppendResult { Receipts = [], Head = Head, LeaseLeft = left };
        var taken = TakenRuns(request, known);
        var receipts = new EventReceipt[envelopes.Length];
        for (var i = 0; i < receipts.Length; i++)
        {
            var candidate = request.Events[i];
            // The id is looked up again, since it may be in the batch twice.
            receipts[i] = (known[i] ?? _seen.Find(ids[i])) is { } first
                ? new EventReceipt(candidate.EventId, first, AppendOutcome.Duplicate)
                : Append(candidate, request, taken, ids[i], envelopes[i], minEpoch, now);
        }
        _held.Trim(options.MaxEvents, options.MaxBytes);
        _seen.Trim(now);
        _open?.Trim();
        return new AppendResult { Receipts = receipts, Head = Head };
    }

    public LogPage Read(Cursor after, int maxEvents) => new()
    {
        Entries = _held.After(after, maxEvents, BusLimits.MaxPageBytes),
        Head = Head,
        First = _held.First,
        Count = _held.Count,
        EndedAt = _endedAt,
        DeletedAt = _deletedAt,
    };

    public Cursor? FindRunEnd(string runId) =>
        _endedRuns.Find(runId) is { } end ? end.Epoch == Head.Epoch ? end : new Cursor(Head.Epoch, 0) : null;

    /// <returns>The cursor of the announcement; null when the log was deleted already.</returns>
    public Cursor? Delete(DateTimeOffset now)
    {
        if (_deletedAt is not null && _held.Count == 0) return null;
        _held.Clear();
        _seen.Clear();
        _endedRuns.Clear();
        _open = null;
        _endedAt = null;
        Head = Head.Next;
        _deletedAt = Head;
        _changedAt = now;
        return Head;
    }

    private bool IsExpired(DateTimeOffset now) => now - _changedAt >= options.Retention;

    private EventReceipt Append(Event candidate, AppendRequest request, HashSet<string>? taken, string id, byte[] envelope, long minEpoch, DateTimeOffset now)
    {
        if (stream.HasRuns && candidate.RunId is not null && _endedRuns.Find(candidate.RunId) is not null)
            return new EventReceipt(candidate.EventId, Cursor: null, AppendOutcome.RunEnded);
        if (candidate.RunId is not null && taken?.Contains(candidate.RunId) == true) return new EventReceipt(candidate.EventId, Cursor: null, AppendOutcome.RunTaken);

        // The newest event is never trimmed, so a log without events is new, expired or deleted.
        if (_held.Count == 0) BeginEpoch(Math.Max(minEpoch, Head.Epoch + 1));
        Head = Head.Next;
        _held.Add(new LogEntry(Head, envelope));
        _seen.Add(id, Head, now);
        _changedAt = now;
        Mark(candidate);
        NoteRun(candidate, request, now);
        return new EventReceipt(candidate.EventId, Head, AppendOutcome.Stored);
    }

    private void BeginEpoch(long epoch)
    {
        Head = new Cursor(epoch, 0);
        _seen.Clear();
        _deletedAt = null;
        _endedAt = null;
    }

    private void Mark(Event stored)
    {
        // Only sessions remember runs and ends: two sessions of a project may use the same run id.
        if (!stream.CanEnd) return;
        if (_deletedAt is not null) (_endedAt, _deletedAt) = (null, null);
        switch (EventCatalogue.RoleOf(stored.Type))
        {
            case EventRole.EndsRun when stored.RunId is not null:
                _endedRuns.Add(stored.RunId, Head);
                _open?.Remove(stored.RunId);
                break;
            case EventRole.EndsSession: _endedAt = Head; break;
            case EventRole.DeletesSession: (_endedAt, _deletedAt) = (Head, Head); break;
            case EventRole.StartsSession: _endedAt = null; break;
        }
    }
}
