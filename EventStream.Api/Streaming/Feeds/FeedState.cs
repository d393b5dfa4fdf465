using System.Diagnostics.CodeAnalysis;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>Where a feed stands: its window, the marks of its log, and the announcements that can't be placed yet.</summary>
/// <remarks>Not thread-safe, and without I/O: the feed's lock guards it.</remarks>
internal sealed class FeedState(StreamKey stream, FeedContext context)
{
    private LogMarks _marks;

    // Made when they are needed, since most feeds never need them.
    private PendingEntries? _pending;
    private List<Cursor>? _rewoundTo;
    private FeedFolds? _folds;
    private int _rewinds;
    private volatile bool _hasMoved;
    private bool _hasHeardOfNothing;

    public StreamKey Stream => stream;

    public FeedContext Context => context;

    public FeedWindow Window { get; } = new(context.Budget);

    /// <summary>Whether it moved since that was last told. May be read and cleared without the lock.</summary>
    public bool HasMoved { get => _hasMoved; set => _hasMoved = value; }

    /// <summary>How often the log turned out to have been rolled back. May be read without the lock.</summary>
    public int Rewinds => Volatile.Read(ref _rewinds);

    /// <summary>When two events were first announced for one position; null while that hasn't happened, or was looked into.</summary>
    public long? DoubtedAt { get; set; }

    /// <summary>The pages that were read for those behind the window; null before the first. They aren't valid any more when the log loses something.</summary>
    public LogPages? Pages { get; set; }

    /// <summary>The number that the next pending entry gets.</summary>
    public long NextPending => _pending?.Next ?? 0;

    /// <summary>The farthest that the feed went back since it had been rewound <paramref name="rewinds"/> times.</summary>
    public Cursor RewoundSince(int rewinds) => _rewoundTo![rewinds..].Min();

    /// <summary>Begins where the log stands.</summary>
    /// <param name="log">The state of the log.</param>
    /// <param name="newest">Its newest event, and what came since.</param>
    public void Start(LogPage log, LogPage newest)
    {
        Window.Start(newest.Entries is [var first, ..] && first.Cursor == log.Head ? log.Head.Previous : log.Head);
        _marks = LogMarks.Of(log);
        Merge(newest);
    }

    /// <summary>The state of the log for a client that starts inside the window; null when only the log knows it.</summary>
    public LogPage? PageAt(Cursor cursor)
    {
        var head = Window.Head;
        var isHeld = cursor >= Window.Base && cursor <= head && cursor.Epoch == head.Epoch;
        // A deleted session is shown to no one who comes later.
        if (!isHeld || _marks.DeletedAt == head) return null;
        return new LogPage { Entries = [], Head = head, First = cursor.Next, EndedAt = _marks.EndedAt, DeletedAt = _marks.DeletedAt };
    }

    /// <summary>Whether just this event is held at its position.</summary>
    public bool Holds(LogEntry entry) => entry.Cursor <= Window.Head && Window.Holds(entry);

    /// <summary>Takes an announced entry when it is the next one.</summary>
    public bool TryPublish(LogEntry entry)
    {
        if (!IsNext(entry, out var frame)) return false;
        Publish(frame);
        return true;
    }

    public void Publish(Frame frame)
    {
        if (frame.Cursor is { } cursor && stream.CanEnd) Mark(frame.Role, cursor);
        if (_folds is not null) Tell(frame);
        Window.Add(frame);
        HasMoved = true;
    }

    /// <summary>Keeps an announced entry until the log says where it belongs.</summary>
    public void AddPending(LogEntry entry) => (_pending ??= new PendingEntries()).Add(entry);

    /// <summary>Notes when another event than the one that is held was announced for its position.</summary>
    /// <remarks>
    /// A master that was replaced while it was frozen executes, once thawed, what lay in its sockets, and answers from its own log until it
    /// learns of its successor. So the log is asked again after that.
    /// </remarks>
    public void Doubt(LogEntry entry)
    {
        if (entry.Cursor > Window.Base && entry.Cursor <= Window.Head && !Window.Holds(entry)) DoubtedAt ??= context.Time.GetTimestamp();
    }

    /// <summary>Takes what the log holds and the feed doesn't; says what the log has lost.</summary>
    /// <returns>How many events came that had not been announced.</returns>
    public int Merge(LogPage page)
    {
        var announced = _pending?.All.Select(entry => entry.Cursor).ToHashSet();
        var (merged, missed) = (0, 0);
        foreach (var entry in page.Entries)
        {
            if (entry.Cursor <= Window.Head) continue;
            if (entry.Cursor.Offset == 1 && _pending?.DeletionAt(Window.Head.Next, stream) is { } deletion) Publish(deletion);
            // A session that was deleted begins anew without anyone missing anything.
            if (!entry.Cursor.Follows(Window.Head) && !(entry.Cursor.Offset == 1 && _marks.DeletedAt == Window.Head)) TellGap(entry.Cursor.Previous);
            Publish(Frame.Of(entry));
            merged++;
            if (announced?.Contains(entry.Cursor) != true) missed++;
        }
        // The log was rolled back, and then deleted.
        if (page.First is null && page.DeletedAt is { } passed && passed <= Window.Head && _marks.DeletedAt is null) Rewind(passed.Previous);
        if (merged == 0 && page.Head > Window.Head) TakeEmptyLog(page);
        if (page.Head == Window.Head) _marks = LogMarks.Of(page);
        return missed;
    }

    /// <summary>Places the entries that were held while the log was read.</summary>
    /// <param name="readFrom">Entries with lower numbers were held before the log was read: when the log doesn't have them, they were never logged.</param>
    /// <returns>Whether all of them follow; otherwise the log must be read again.</returns>
    public bool TryPlacePending(long readFrom)
    {
        while (_pending is { } pending && pending.TryPeek(out var entry))
        {
            if (!TryPublish(entry))
            {
                if (entry.Cursor <= Window.Head) Doubt(entry);
                else if (pending.First >= readFrom) return false;
                else NoteNotInLog(entry.Cursor);
            }
            pending.DropFirst();
        }
        _pending = null;
        return true;
    }

    /// <summary>Goes back to an earlier position.</summary>
    public void Rewind(Cursor to)
    {
        context.Logger.LogRewound(stream, Window.Head, to);
        context.Metrics.Rewound();
        Pages?.Clear();
        _marks = default;
        // What they were given isn't in the log any more.
        _folds?.Clear();
        Window.Rewind(to);
        (_rewoundTo ??= []).Add(to);
        Volatile.Write(ref _rewinds, _rewoundTo.Count);
        HasMoved = true;
    }

    /// <summary>Compares the window with a page of the log that begins inside it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="common">The last event that both are known to have; moved on.</param>
    /// <returns>Whether the log holds another event at a position that the feed has passed.</returns>
    public bool Diverges(LogPage page, ref Cursor common)
    {
        foreach (var entry in page.Entries)
        {
            if (entry.Cursor > Window.Head) return false;
            if (entry.Cursor > Window.Base && !Window.Holds(entry)) return true;
            common = entry.Cursor;
        }
        return false;
    }

    /// <summary>Where a log that was rolled back goes on before the window; null when it doesn't.</summary>
    /// <remarks>Before the window nothing can be compared, but what is announced there of a log that was rolled back is certainly new.</remarks>
    public Cursor? DivergesBeforeWindow(LogPage page)
    {
        if (page.First is null || page.Head.Epoch <= Window.Head.Epoch) return null;
        var unheard = (_pending?.All ?? []).Select(entry => entry.Cursor).Where(cursor => cursor <= Window.Base).DefaultIfEmpty(Window.Head).Min();
        return unheard <= Window.Base ? unheard.Previous : null;
    }

    /// <summary>Whether the frames are folded in a dialect as they come.</summary>
    public bool IsFolding(IDialect dialect) => _folds?.Find(dialect) is not null;

    /// <summary>Whether the instance that folds for all tells of something that isn't over.</summary>
    public bool IsBusyIn(IDialect dialect) => _folds?.Find(dialect) is { IsBusy: true };

    /// <summary>Has the instance that folds for all greet a client that begins behind the newest event: what follows is told by the same instance.</summary>
    public bool TryGreet(IDialect dialect, Cursor position, Frame greeting)
    {
        if (Window.Head != position || _folds?.Find(dialect) is not { } instance) return false;
        greeting.Fold(dialect, SseFormat.Messages(greeting, instance));
        return true;
    }

    /// <summary>Has the frames of the window, and those that come, folded in a dialect.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="fold">An instance that was given all events up to a position.</param>
    /// <param name="position">That position.</param>
    /// <returns>Whether it is so; otherwise the window has moved on from that position.</returns>
    public bool TryFold(IDialect dialect, Fold fold, Cursor position)
    {
        if (Window.Base != position) return false;
        Window.ForEach(frame => FeedFolds.Tell(frame, dialect, fold.Instance));
        (_folds ??= new FeedFolds()).Add(dialect, fold);
        Window.Recount();
        _folds.Trim();
        return true;
    }

    /// <summary>Lets go of what is more than the feed's share.</summary>
    public void Trim()
    {
        Pages?.Trim();
        Window.Trim();
        _folds?.Trim();
    }

    /// <summary>Lets go of what it holds besides the window: the stream was left.</summary>
    public void Close()
    {
        Pages?.Close();
        _folds?.Clear();
    }

    /// <summary>A frame that names events that are gone for good.</summary>
    public Frame Gap(Cursor from, Cursor to) =>
        Frame.Of(context.Events.CreateControl(stream, new StreamGap { From = from.ToString(), To = to.ToString() }), to);

    // Anyone can announce an end, or what is no event; the log says what is true.
    private bool IsNext(LogEntry entry, [NotNullWhen(true)] out Frame? frame)
    {
        frame = entry.Cursor.Follows(Window.Head) ? Frame.OfAnnounced(entry, stream) : null;
        return frame is { IsLogged: true } && !(stream.CanEnd && frame.Role is (EventRole.EndsRun or EventRole.EndsSession or EventRole.DeletesSession));
    }

    private void NoteNotInLog(Cursor cursor)
    {
        context.Metrics.AnnouncementSkipped();
        if (!_hasHeardOfNothing) context.Logger.LogNotInLog(stream, cursor);
        _hasHeardOfNothing = true;
    }

    private void Tell(Frame frame)
    {
        try
        {
            _folds!.Tell(frame);
        }
        catch (Exception e)
        {
            // A defect of a dialect must not keep events from the other clients. Each of its own then folds for itself.
            context.Logger.LogFoldFailed(e, stream);
            _folds!.Clear();
        }
    }

    private void Mark(EventRole role, Cursor cursor)
    {
        if (cursor.Epoch != Window.Head.Epoch) _marks = default;
        _marks = _marks.After(role, cursor);
        if (role == EventRole.DeletesSession) Pages?.Clear();
    }

    // Nothing is left to read: the log was deleted, expired unnoticed, or began an epoch that is still empty.
    private void TakeEmptyLog(LogPage page)
    {
        if (page.DeletedAt is { } deleted) Publish(_pending?.DeletionAt(deleted, stream) ?? Frame.Of(context.Events.CreateControl(stream, new SessionDeleted()), deleted));
        else TellGap(page.Head);
    }

    private void TellGap(Cursor to)
    {
        var from = Window.Head;
        context.Logger.LogGap(stream, from, to);
        context.Metrics.GapTold();
        Pages?.Clear();
        Publish(Gap(from, to));
    }
}
