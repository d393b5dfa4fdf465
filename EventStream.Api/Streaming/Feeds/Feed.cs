using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>One stream on one node: subscribed to once, encoded once, shared by all its subscribers, in order and without holes.</summary>
internal sealed class Feed : IStreamListener, IAsyncDisposable
{
    private static readonly TimeSpan DoubtDelay = TimeSpan.FromSeconds(2);

    private const int MaxFoldTries = 5;

    private readonly Lock _lock = new();
    private readonly FeedState _state;
    private readonly FeedHealing _healing;
    private readonly double _patience = Jitter.Around(1.0, 0.3);
    private IAsyncDisposable? _subscription;
    private CancellationTokenSource? _stopping;
    private FeedReads? _reads;
    private int _isDisposed;
    private long _lastHeard;
    private long _stateReadAt;

    public Feed(StreamKey stream, FeedContext context)
    {
        _state = new FeedState(stream, context);
        _healing = new FeedHealing(this);
        _lastHeard = context.Time.GetTimestamp();
        Audience = context.AudienceOf(this);
    }

    public StreamKey Stream => _state.Stream;

    public FeedContext Context => _state.Context;

    /// <summary>Where it stands. <see cref="Lock"/> guards it.</summary>
    public FeedState State => _state;

    public Lock Lock => _lock;

    /// <summary>Who listens.</summary>
    public IFeedAudience Audience { get; }

    /// <summary>What a client that joins or lags reads of the log, shared by all who want it at once.</summary>
    public FeedReads Reads => LazyInitializer.EnsureInitialized(ref _reads, () => new FeedReads(this));

    /// <summary>The position before the first frame of the window.</summary>
    public Cursor WindowBase
    {
        get { lock (_lock) return _state.Window.Base; }
    }

    /// <summary>The position after the last frame.</summary>
    public Cursor Head
    {
        get { lock (_lock) return _state.Window.Head; }
    }

    /// <summary>How often the log turned out to have been rolled back.</summary>
    public int Rewinds => _state.Rewinds;

    public bool IsDisposed => Volatile.Read(ref _isDisposed) == 1;

    /// <summary>Says that the stream was left.</summary>
    public CancellationToken Stopped
    {
        get
        {
            var stopping = LazyInitializer.EnsureInitialized(ref _stopping);
            if (IsDisposed) stopping.Cancel();
            return stopping.Token;
        }
    }

    /// <summary>Subscribes and finds the position to go on from. Everything announced meanwhile is held.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer; nothing is left behind.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // 1 subscribe: from here on announced entries are held
        Interlocked.Exchange(ref _subscription, await Context.Bus.SubscribeAsync(Stream, this, cancellationToken));
        // Disposal that came meanwhile found no subscription to leave.
        if (IsDisposed) await _subscription.DisposeAsync();
        try
        {
            // 2 read where the log stands, with its newest event: a log that is rolled back later is known by it
            FeedHealing.Attempt attempt;
            lock (_lock) attempt = _healing.BeginAttemptNeedsLock();
            Volatile.Write(ref _stateReadAt, Context.Time.GetTimestamp());
            var log = await Context.Bus.ReadAsync(Stream, Cursor.Zero, 0, cancellationToken);
            var newest = log.First is null || log.Head.Offset == 0 ? log : await Context.Bus.ReadAsync(Stream, log.Head.Previous, FeedHealing.PageEvents, cancellationToken);
            // 3 place what was held, prove that nothing is missing, go live
            lock (_lock)
            {
                _state.Start(log, newest);
                _healing.GoLiveNeedsLock(attempt);
            }
        }
        catch
        {
            // Not awaited: a bus that doesn't answer must not hold up the clients that wait for the start.
            _ = DisposeAsync().AsTask();
            throw;
        }
    }

    /// <summary>Leaves the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        lock (_lock) _state.Close();
        if (Volatile.Read(ref _stopping) is { } stopping) await stopping.CancelAsync();
        if (_subscription is not null) await _subscription.DisposeAsync();
    }

    /// <summary>Where the first frame after a position is in the window; null when it must come from the log.</summary>
    public long? Find(Cursor position)
    {
        lock (_lock) return _state.Window.Find(position);
    }

    /// <summary>Copies frames from number <paramref name="from"/> on.</summary>
    /// <returns>The number after the last one copied; null when the window no longer reaches back to <paramref name="from"/>.</returns>
    public long? CopyTo(List<Frame> frames, long from, int maxBytes)
    {
        lock (_lock) return from < _state.Window.First ? null : _state.Window.CopyTo(frames, from, maxBytes);
    }

    /// <summary>Copies frames as <see cref="CopyTo(List{Frame}, long, int)"/> does, unless the feed has been rewound more than <paramref name="rewinds"/> times.</summary>
    public bool TryCopyTo(List<Frame> frames, long from, int maxBytes, int rewinds)
    {
        lock (_lock)
        {
            if (from < _state.Window.First || rewinds != _state.Rewinds) return false;
            _state.Window.CopyTo(frames, from, maxBytes);
            return true;
        }
    }

    /// <summary>The number that the next frame will get, and how often the feed had been rewound by then.</summary>
    public (long Next, int Rewinds) Snapshot
    {
        get { lock (_lock) return (_state.Window.Next, _state.Rewinds); }
    }

    /// <summary>Where the feed went back to since it had been rewound <paramref name="rewinds"/> times; null when it didn't.</summary>
    public Cursor? RewoundSince(ref int rewinds)
    {
        if (rewinds == Rewinds) return null;
        lock (_lock)
        {
            var farthest = _state.RewoundSince(rewinds);
            rewinds = _state.Rewinds;
            return farthest;
        }
    }

    /// <summary>A frame that names events that are gone for good.</summary>
    public Frame Gap(Cursor from, Cursor to) => _state.Gap(from, to);

    /// <summary>The state of the log for a client that starts where no read is needed; null where one is.</summary>
    /// <remarks>A cursor in the window needs none: all that follows it is held. Nor does a start at the end, for a client that asked before the feed itself read the log.</remarks>
    /// <param name="from">Where it wants to start.</param>
    /// <param name="asked">When it asked: the timestamp of the clock.</param>
    public LogPage? StateAtHand(StartFrom from, long asked)
    {
        if (from.Cursor is null && (from.IsEarliest || asked > Volatile.Read(ref _stateReadAt))) return null;
        lock (_lock) return from.Cursor is null && _healing.IsRunning ? null : _state.PageAt(from.Cursor ?? _state.Window.Head);
    }

    /// <summary>Has the frames folded in a dialect once for all its clients, from the window on.</summary>
    /// <returns>Whether the node has room for it.</returns>
    /// <remarks>When the window moves on faster than the log is read, nothing comes of it: each client then has an instance of its own.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<bool> TryFoldAsync(IDialect dialect, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxFoldTries; tries++)
        {
            Cursor position;
            lock (_lock)
            {
                if (_state.IsFolding(dialect)) return true;
                position = _state.Window.Base;
            }
            if (await Reads.TryFoldAsync(dialect, position, cancellationToken) is not { } fold) return false;
            lock (_lock)
            {
                if (!_state.IsFolding(dialect) && !IsDisposed && _state.TryFold(dialect, fold, position)) return _state.IsFolding(dialect);
            }
            fold.Dispose();
        }
        return true;
    }

    /// <inheritdoc cref="FeedState.TryGreet"/>
    public bool TryGreet(IDialect dialect, Cursor position, Frame greeting)
    {
        lock (_lock) return _state.TryGreet(dialect, position, greeting);
    }

    /// <inheritdoc cref="FeedState.IsBusyIn"/>
    public bool IsBusyIn(IDialect dialect)
    {
        lock (_lock) return _state.IsBusyIn(dialect);
    }

    /// <summary>Compares the position with the log when nothing was heard for long: an announcement may have been lost unnoticed.</summary>
    /// <returns>Whether it did.</returns>
    public bool CheckPosition(TimeSpan silence)
    {
        lock (_lock)
        {
            if (_state.DoubtedAt is { } doubted && Context.Time.GetElapsedTime(doubted) >= DoubtDelay)
            {
                _state.DoubtedAt = null;
                _healing.LookIntoDoubtNeedsLock();
                return true;
            }
        }
        // Spread, so that feeds that fell silent together don't all ask at once.
        if (Context.Time.GetElapsedTime(Volatile.Read(ref _lastHeard)) < silence * _patience) return false;
        OnInterrupted();
        return true;
    }

    /// <summary>Lets go of what was kept for a crowd that has gone through, and of what is more than the feed's share.</summary>
    public void Trim()
    {
        lock (_lock) _state.Trim();
    }

    public void OnEntry(LogEntry entry)
    {
        Volatile.Write(ref _lastHeard, Context.Time.GetTimestamp());
        lock (_lock)
        {
            // A repetition. When another event was announced for that position, the log decides.
            if (_state.Holds(entry)) return;
            _state.Doubt(entry);
            if (!_healing.IsRunning && _state.TryPublish(entry)) return;
            _state.AddPending(entry);
            _healing.BeginNeedsLock();
        }
    }

    public void OnUnlogged(ReadOnlyMemory<byte> envelope)
    {
        var frame = Frame.OfUnlogged(envelope);
        lock (_lock) _state.Publish(frame);
    }

    public void OnPause() => TellAudience(mayServeHere: true);

    public void OnInterrupted()
    {
        Volatile.Write(ref _lastHeard, Context.Time.GetTimestamp());
        lock (_lock) _healing.OnInterruptedNeedsLock();
    }

    /// <summary>Tells the audience that the feed moved, when it did.</summary>
    public void TellAudience(bool mayServeHere)
    {
        // Cleared without the lock: each call that sets it is followed by a call of this method.
        if (!_state.HasMoved) return;
        _state.HasMoved = false;
        Audience.OnMoved(mayServeHere);
    }

    /// <summary>The pages that are read for those behind the window.</summary>
    public LogPages Pages
    {
        get
        {
            lock (_lock)
            {
                var pages = _state.Pages ??= new LogPages(Reads.ReadPageAsync, Context.Budget.Pages, Context.Time);
                if (IsDisposed) pages.Close();
                return pages;
            }
        }
    }
}
