using System.Diagnostics.CodeAnalysis;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Api.Streaming;

/// <summary>One stream on one node: subscribed to once, encoded once, shared by all its subscribers, in order and without holes.</summary>
internal sealed partial class Feed : IStreamListener, IAsyncDisposable
{
    // Beyond this the log is the better memory.
    private const int MaxHeld = 10_000;
    private const int MaxHeldBytes = WindowBudget.MaxBytes;

    private static readonly TimeSpan DoubtDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly FeedWindow _window;
    private readonly FeedContext _context;
    // The methods that log are generated, and look for a field.
    private readonly ILogger _logger;
    private IAsyncDisposable? _subscription;
    private LogMarks _marks;
    private bool _isHealing = true;
    private int _isDisposed;
    private long _heldNumber;
    private int _heldBytes;
    private int _interruptions;
    private int _rewinds;
    private int _missed;
    private Cursor _missedFrom;
    private long? _doubtedAt;
    private bool _isDoubtDue;
    private readonly double _patience = 0.7 + 0.6 * Random.Shared.NextDouble();
    private long _lastHeard;
    private long _stateReadAt;

    // Made when they are needed, since most feeds never need them.
    private Queue<LogEntry>? _held;
    private LogPages? _logPages;
    private List<Cursor>? _rewoundTo;
    private CancellationTokenSource? _stopping;

    public Feed(StreamKey stream, FeedContext context)
    {
        (Stream, _context, _logger) = (stream, context, context.Logger);
        _window = new FeedWindow(context.Budget);
        _lastHeard = _context.Time.GetTimestamp();
    }

    public StreamKey Stream { get; }

    /// <summary>Subscribes and finds the position to go on from. Everything announced meanwhile is held.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer; nothing is left behind.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // 1 subscribe: from here on live entries are held
        _subscription = await _context.Bus.SubscribeAsync(Stream, this, cancellationToken);
        try
        {
            // 2 read where the log stands, with its newest event: a log that is rolled back later is known by it
            long heldBefore;
            int interruptions;
            lock (_lock) (heldBefore, interruptions) = (NextHeldNeedsLock, _interruptions);
            Volatile.Write(ref _stateReadAt, _context.Time.GetTimestamp());
            var log = await _context.Bus.ReadAsync(Stream, Cursor.Zero, 0, cancellationToken);
            var newest = log.First is null || log.Head.Offset == 0 ? log : await _context.Bus.ReadAsync(Stream, log.Head.Previous, PageEvents, cancellationToken);
            // 3 merge what was held, prove that nothing is missing, go live
            lock (_lock)
            {
                _window.Start(newest.Entries is [var first, ..] && first.Cursor == log.Head ? log.Head.Previous : log.Head);
                _marks = LogMarks.Of(log);
                MergeNeedsLock(newest);
                _isHealing = !TryDrainHeldNeedsLock(heldBefore) || interruptions != _interruptions;
                if (_isHealing) _ = Task.Run(HealAsync, CancellationToken.None);
            }
        }
        catch
        {
            // Whoever waits for the start isn't held up by a bus that doesn't answer the farewell either.
            _ = DisposeAsync().AsTask();
            throw;
        }
    }

    /// <summary>Leaves the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        if (Volatile.Read(ref _stopping) is { } stopping) await stopping.CancelAsync();
        if (_subscription is not null) await _subscription.DisposeAsync();
    }

    /// <summary>Where the first frame after a position is in the window; null when it must come from the log.</summary>
    public long? Find(Cursor position)
    {
        lock (_lock) return _window.Find(position);
    }

    /// <summary>The position before the first frame of the window.</summary>
    public Cursor WindowBase
    {
        get { lock (_lock) return _window.Base; }
    }

    /// <summary>The position after the last frame.</summary>
    public Cursor Head
    {
        get { lock (_lock) return _window.Head; }
    }

    /// <summary>What the log holds after a position that lies before the window; read and encoded once for all subscribers there.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public Task<FramePage> ReadLogAsync(Cursor after, CancellationToken cancellationToken) => Pages.ReadAsync(after, cancellationToken);

    /// <summary>How often the log turned out to have been rolled back.</summary>
    public int Rewinds => Volatile.Read(ref _rewinds);

    /// <summary>Where the feed went back to since it had been rewound <paramref name="rewinds"/> times; null when it didn't.</summary>
    public Cursor? RewoundSince(ref int rewinds)
    {
        if (rewinds == Rewinds) return null;
        lock (_lock)
        {
            var farthest = _rewoundTo![rewinds..].Min();
            rewinds = _rewinds;
            return farthest;
        }
    }

    /// <summary>A frame that names events that are gone for good.</summary>
    public Frame Gap(Cursor from, Cursor to) =>
        Frame.Of(_context.Events.CreateControl(Stream, new StreamGap { From = from.ToString(), To = to.ToString() }), to);

    /// <summary>Copies frames from number <paramref name="from"/> on.</summary>
    /// <returns>The number after the last one copied; null when the window no longer reaches back to <paramref name="from"/>.</returns>
    public long? CopyTo(List<Frame> frames, long from, int maxBytes)
    {
        lock (_lock) return from < _window.First ? null : _window.CopyTo(frames, from, maxBytes);
    }

    /// <summary>Compares the position with the log when nothing was heard for long: an announcement may have been lost unnoticed.</summary>
    /// <returns>Whether it did.</returns>
    public bool CheckPosition(TimeSpan silence)
    {
        lock (_lock)
        {
            if (_doubtedAt is { } doubted && _context.Time.GetElapsedTime(doubted) >= DoubtDelay)
            {
                (_doubtedAt, _isDoubtDue) = (null, true);
                BeginHealingNeedsLock();
                return true;
            }
        }
        // Feeds that fell silent together don't ask together.
        if (_context.Time.GetElapsedTime(Volatile.Read(ref _lastHeard)) < silence * _patience) return false;
        OnInterrupted();
        return true;
    }

    /// <summary>Lets go of what was kept for a crowd that has gone through, and of what is more than the feed's share.</summary>
    public void Trim()
    {
        Volatile.Read(ref _logPages)?.Trim();
        lock (_lock) _window.Trim();
    }

    public void OnEntry(LogEntry entry)
    {
        Volatile.Write(ref _lastHeard, _context.Time.GetTimestamp());
        lock (_lock)
        {
            // The same once more. Another event there, or one from before the window, makes the log the judge.
            if (entry.Cursor <= _window.Head && _window.Holds(entry)) return;
            DoubtNeedsLock(entry);
            if (!_isHealing && IsNextNeedsLock(entry, out var frame))
            {
                PublishNeedsLock(frame);
                return;
            }
            HoldNeedsLock(entry);
            BeginHealingNeedsLock();
        }
    }

    public void OnUnlogged(ReadOnlyMemory<byte> envelope)
    {
        var frame = Frame.OfUnlogged(envelope);
        lock (_lock) PublishNeedsLock(frame);
    }

    public void OnPause() => FanOut(maxAtOnce: MaxAtOnce);

    public void OnInterrupted()
    {
        Volatile.Write(ref _lastHeard, _context.Time.GetTimestamp());
        lock (_lock)
        {
            // A log that is being read at this moment may not hold yet what was missed.
            _interruptions++;
            BeginHealingNeedsLock();
        }
    }

    private bool IsDisposed => Volatile.Read(ref _isDisposed) == 1;

    /// <summary>Says that the stream was left.</summary>
    private CancellationToken Stopped
    {
        get
        {
            var stopping = LazyInitializer.EnsureInitialized(ref _stopping);
            if (IsDisposed) stopping.Cancel();
            return stopping.Token;
        }
    }

    private IEnumerable<LogEntry> Held => _held ?? (IEnumerable<LogEntry>)[];

    private LogPages Pages => LazyInitializer.EnsureInitialized(ref _logPages, () => new LogPages(ReadPageAsync, _context.Time));

    /// <summary>The number that the next held entry gets; those below it were held before.</summary>
    private long NextHeldNeedsLock => _heldNumber + (_held?.Count ?? 0);

    // Anybody can announce an end; what ends a stream is read from the log.
    private bool IsNextNeedsLock(LogEntry entry, [NotNullWhen(true)] out Frame? frame)
    {
        frame = entry.Cursor.Follows(_window.Head) ? Frame.Of(entry) : null;
        return frame is not null && !(Stream.Kind == StreamKind.Session && frame.Role is (EventRole.EndsRun or EventRole.EndsSession or EventRole.DeletesSession));
    }

    private void HoldNeedsLock(LogEntry entry)
    {
        if (_held is { Count: >= MaxHeld } || _heldBytes > MaxHeldBytes)
        {
            _heldNumber = NextHeldNeedsLock;
            _heldBytes = 0;
            _held = null;
        }
        (_held ??= new Queue<LogEntry>()).Enqueue(entry);
        _heldBytes += entry.Envelope.Length;
    }

    // A master that was replaced while it was frozen executes, once thawed, what lay in its sockets, and answers from its own log until it
    // learns of its successor: when two events were announced for one position, the log is asked again after that.
    private void DoubtNeedsLock(LogEntry entry)
    {
        if (entry.Cursor > _window.Base && entry.Cursor <= _window.Head && !_window.Holds(entry)) _doubtedAt ??= _context.Time.GetTimestamp();
    }

    private void BeginHealingNeedsLock()
    {
        if (_isHealing || IsDisposed) return;
        _isHealing = true;
        _ = Task.Run(HealAsync, CancellationToken.None);
    }

    private void PublishNeedsLock(Frame frame)
    {
        if (frame.Cursor is { } cursor && Stream.Kind == StreamKind.Session) MarkNeedsLock(frame.Role, cursor);
        _window.Add(frame);
        _isFanOutDue = true;
    }

    private void MarkNeedsLock(EventRole role, Cursor cursor)
    {
        if (cursor.Epoch != _window.Head.Epoch) _marks = default;
        _marks = _marks.After(role, cursor);
        if (role == EventRole.DeletesSession) _logPages?.Clear();
    }
}
