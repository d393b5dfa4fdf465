using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>One client's place in a feed: a cursor, read by the client's own loop, woken by the feed.</summary>
internal sealed class Subscriber(Feed feed, IClientConnection client, StreamRequest request, Cursor start, int rewinds, TimeProvider time, TimeSpan maxAge)
{
    // A server that stops can't wait for clients that take nothing; they resume elsewhere.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly WakeSignal _wake = new();
    private readonly long _started = time.GetTimestamp();
    private int _rewinds = rewinds;
    private long? _next;
    private long _lastWrite = time.GetTimestamp();
    private long _lookedAt = time.GetTimestamp();
    private long _writeStarted;
    private int _end;

    public Feed Feed => feed;

    public StreamRequest Request => request;

    /// <summary>The position that the client has been brought to, whether or not a filter let the events through.</summary>
    public Cursor Position { get; private set; } = start;

    /// <summary>The last position that the client knows of.</summary>
    public Cursor Told { get; set; } = start;

    public SubscriberEnd End => (SubscriberEnd)Volatile.Read(ref _end);

    /// <summary>Where the feed may write while the client's own loop waits; null when only that loop may.</summary>
    public ChunkedSocketWriter? Shared { get; set; }

    /// <summary>Notes where its first frame is in the feed's window; null when it must come from the log.</summary>
    public void StartAt(long? next) => _next = next;

    /// <summary>Waits until there are frames, silence has lasted too long, or the stream is over.</summary>
    public ValueTask WaitAsync() => _wake.WaitAsync();

    public void Wake() => _wake.Set();

    /// <summary>Ends the stream. The first reason counts.</summary>
    public void Finish(SubscriberEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)SubscriberEnd.None) == (int)SubscriberEnd.None) _wake.Set();
    }

    /// <summary>Takes the place of the client's own loop, if that waits, until <see cref="Release"/>; else that loop looks again by itself.</summary>
    public bool TryStandIn() => _wake.TryStandIn();

    public void Release(bool wake) => _wake.Release(wake);

    /// <summary>The number of the frame that comes next in the feed's window; null when the client's own loop must see to it. Between <see cref="TryStandIn"/> and <see cref="Release"/>.</summary>
    /// <param name="rewinds">How often the feed has been rewound.</param>
    public long? NextAfter(int rewinds) => End == SubscriberEnd.None && Shared is not null && rewinds == _rewinds ? _next : null;

    /// <summary>Whether all of these frames are new to the client: a window may begin before its position.</summary>
    public bool Misses(FrameRun run) => run.After is not { } after || after >= Position;

    /// <summary>Sends what comes next for the client's own loop. Between <see cref="TryStandIn"/> and <see cref="Release"/>.</summary>
    /// <returns>Whether that loop can sleep on; else it has to see to what is left.</returns>
    public bool TrySend(FrameRun run, long now)
    {
        var isSent = Shared!.TrySend(run.Chunk);
        (Told, Position, _next) = (run.Head ?? Told, run.Head ?? Position, run.To);
        Volatile.Write(ref _lastWrite, now);
        return isSent;
    }

    /// <summary>Ends the stream after the event at a position.</summary>
    public void EndAt(Cursor? position, SubscriberEnd end)
    {
        Position = position ?? Position;
        Finish(end);
    }

    /// <summary>Takes the frames that follow, which the feed holds.</summary>
    /// <returns>Whether there were any; null when they must come from the log.</returns>
    public bool? TryTake(List<Frame> frames)
    {
        if (feed.RewoundSince(ref _rewinds) is { } rewound && rewound < Position)
        {
            frames.Add(feed.Gap(Position, rewound));
            (Position, _next) = (rewound, null);
            return true;
        }
        _next ??= feed.Find(Position);
        if (_next is { } from) _next = feed.CopyTo(frames, from, Feed.MaxRunBytes);
        return _next is null ? null : IsTaken(frames);
    }

    /// <summary>Takes the frames that follow and that the feed no longer holds.</summary>
    /// <returns>Whether there were any; null when the bus doesn't answer.</returns>
    public async ValueTask<bool?> TryTakeFromLogAsync(List<Frame> frames, CancellationToken cancellationToken) =>
        await TryReadLogAsync(frames, cancellationToken) ? IsTaken(frames) : null;

    public void BeginWrite() => Volatile.Write(ref _writeStarted, time.GetTimestamp());

    public void EndWrite()
    {
        Volatile.Write(ref _writeStarted, 0);
        Volatile.Write(ref _lastWrite, time.GetTimestamp());
    }

    /// <summary>Whether the stream was silent for so long.</summary>
    public bool IsSilentFor(TimeSpan silence) => time.GetElapsedTime(Volatile.Read(ref _lastWrite)) >= silence;

    /// <summary>Looks after the stream's times: called now and then by the hub.</summary>
    public void OnPulse(StreamingOptions options)
    {
        if (End == SubscriberEnd.Draining ? IsWritingFor(DrainTimeout) : TakesNothing(options.WriteTimeout))
        {
            Finish(SubscriberEnd.SlowConsumer);
            // A write is stuck, and only cutting the connection frees it.
            client.Abort();
        }
        else if (time.GetElapsedTime(_started) > maxAge)
        {
            Finish(SubscriberEnd.Rotation);
        }
        else if (IsSilentFor(options.Heartbeat))
        {
            Wake();
        }
    }

    private bool IsWritingFor(TimeSpan limit) => Volatile.Read(ref _writeStarted) is not 0 and var writing && time.GetElapsedTime(writing) > limit;

    private bool TakesNothing(TimeSpan limit)
    {
        if (client.Progress is not { } progress) return IsWritingFor(limit);
        // Seldom, since it is a call into the kernel.
        if (time.GetElapsedTime(_lookedAt) < limit / 4) return false;
        _lookedAt = time.GetTimestamp();
        return progress.Stall() is { } stall ? stall > limit : IsWritingFor(limit);
    }

    private bool IsTaken(List<Frame> frames)
    {
        if (feed.Rewinds != _rewinds)
        {
            // What was taken may stand behind the position that the feed went back to.
            _wake.Set();
            frames.Clear();
            _next = null;
            return false;
        }
        if (frames.Count == 0) return false;
        // A window may begin before the position, or the log may end behind it.
        if (frames.Find(static frame => frame.Cursor is not null)?.Cursor <= Position) DropUpTo(Position, frames);
        foreach (var frame in frames) Position = frame.Cursor ?? Position;
        return frames.Count > 0;
    }

    // Apart, so that only who drops something makes the closure.
    private static void DropUpTo(Cursor position, List<Frame> frames) => frames.RemoveAll(frame => frame.Cursor <= position);

    private async Task<bool> TryReadLogAsync(List<Frame> frames, CancellationToken cancellationToken)
    {
        FramePage page;
        try
        {
            page = await feed.ReadLogAsync(Position, cancellationToken);
        }
        catch (BusUnavailableException)
        {
            return false;
        }
        var position = Position;
        var bytes = 0;
        for (var i = page.Find(position); i < page.Frames.Count && bytes < Feed.MaxRunBytes; i++)
        {
            var frame = page.Frames[i];
            var cursor = frame.Cursor!.Value;
            if (!cursor.Follows(position)) frames.Add(feed.Gap(position, cursor.Previous));
            frames.Add(frame);
            position = cursor;
            bytes += frame.Bytes.Length;
        }
        // The log has lost what stands between the client and the window.
        if (frames.Count == 0 && feed.WindowBase is var window && window > position) frames.Add(feed.Gap(position, window));
        return true;
    }
}
