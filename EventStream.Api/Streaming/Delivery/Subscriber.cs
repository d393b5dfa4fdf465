using EventStream.Api.Access;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>One client's place in a feed: a cursor, read by the client's own loop, or by the audience in its place while that loop sleeps.</summary>
internal sealed class Subscriber(Feed feed, ClientConnection connection, StreamRequest request, Cursor start, int rewinds, TimeProvider time, TimeSpan maxAge)
{
    // A server that stops can't wait for clients that take nothing; they resume elsewhere.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    // What ends the stream of a job or run isn't told by the frame alone.
    private readonly bool _canShare = request.Entity is null;
    private readonly long _started = time.GetTimestamp();
    private int _rewinds = rewinds;
    private ExpiryNotice _notice;
    private long? _next;
    private long _progressSeenAt = time.GetTimestamp();

    public Feed Feed => feed;

    public ClientConnection Connection => connection;

    public StreamRequest Request => request;

    /// <summary>The language of what is sent to it.</summary>
    public IDialect Dialect { get; } = request.Dialect;

    /// <summary>Which events it wants.</summary>
    public EventFilter Filter { get; } = request.Filter;

    /// <summary>The position that the client has been brought to, whether or not a filter let the events through.</summary>
    public Cursor Position { get; private set; } = start;

    /// <summary>The position of the last frame that was written to the client.</summary>
    public Cursor LastSent { get; set; } = start;

    /// <summary>Notes where its first frame is in the feed's window; null when it must come from the log.</summary>
    public void StartAt(long? next) => _next = next;

    /// <summary>The number of the frame that comes next in the feed's window; null when the client's own loop must see to it. Only while another stands in for that loop.</summary>
    /// <param name="rewinds">How often the feed has been rewound.</param>
    public long? NextAfter(int rewinds) =>
        connection.End == SubscriberEnd.None && connection.TakesSharedWrites && _canShare && rewinds == _rewinds ? _next : null;

    /// <summary>Whether all of these frames are new to the client: a window may begin before its position.</summary>
    public bool Misses(FrameRun run) => run.After is not { } after || after >= Position;

    /// <summary>Sends what comes next for the client's own loop. Only while another stands in for that loop.</summary>
    /// <returns>Whether that loop can sleep on; otherwise it has to see to what is left.</returns>
    public bool TrySend(SharedWrite write, long now)
    {
        // An empty chunk would end the response.
        var isSent = write.Run.Length == 0 || connection.TrySend(write, now);
        (LastSent, Position, _next) = (write.Run.LastTold ?? LastSent, write.Run.Head ?? Position, write.Run.To);
        return isSent;
    }

    /// <summary>Ends the stream after the event at a position.</summary>
    public void EndAt(Cursor? position, SubscriberEnd end)
    {
        Position = position ?? Position;
        connection.Finish(end);
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
        if (_next is { } from) _next = feed.CopyTo(frames, from, Audience.MaxRunBytes);
        return _next is null ? null : IsTaken(frames);
    }

    /// <summary>Takes the frames that follow and that the feed no longer holds.</summary>
    /// <returns>Whether there were any; null when the bus doesn't answer.</returns>
    public async ValueTask<bool?> TryTakeFromLogAsync(List<Frame> frames, CancellationToken cancellationToken) =>
        await TryReadLogAsync(frames, cancellationToken) ? IsTaken(frames) : null;

    /// <summary>When what the client showed of who it is ends, if it has to be told now. It is told once.</summary>
    public DateTimeOffset? TakeExpiryNotice()
    {
        if (_notice != ExpiryNotice.Due) return null;
        _notice = ExpiryNotice.Told;
        return request.Caller!.ExpiresAt;
    }

    /// <summary>Looks after the stream's times: called now and then.</summary>
    public void OnPulse(StreamingOptions options, CallerWatch watch)
    {
        if (request.Caller is { } caller) LookAt(caller, watch);
        if (connection.End == SubscriberEnd.Draining ? connection.IsWritingFor(DrainTimeout) : TakesNothing(options.WriteTimeout))
        {
            connection.Finish(SubscriberEnd.SlowConsumer);
            // A write is stuck, and only cutting the connection frees it.
            connection.Abort();
        }
        else if (time.GetElapsedTime(_started) > maxAge && !connection.IsBusy && !(Dialect.Kind == DialectKind.Folded && feed.IsBusyIn(Dialect)))
        {
            connection.Finish(SubscriberEnd.Rotation);
        }
        else if (connection.IsSilentFor(options.Heartbeat))
        {
            connection.Wake();
        }
    }

    private void LookAt(Caller caller, CallerWatch watch)
    {
        if (watch.IsRevoked(caller)) connection.Finish(SubscriberEnd.AuthRevoked);
        else if (watch.HasExpired(caller)) connection.Finish(SubscriberEnd.AuthExpired);
        if (_notice != ExpiryNotice.None || !watch.ExpiresSoon(caller, this)) return;
        _notice = ExpiryNotice.Due;
        connection.Wake();
    }

    private bool TakesNothing(TimeSpan limit)
    {
        if (connection.Progress is not { } progress) return connection.IsWritingFor(limit);
        // Seldom: it is a system call.
        if (time.GetElapsedTime(_progressSeenAt) < limit / 4) return false;
        _progressSeenAt = time.GetTimestamp();
        return progress.Stall() is { } stall ? stall > limit : connection.IsWritingFor(limit);
    }

    private bool IsTaken(List<Frame> frames)
    {
        if (feed.Rewinds != _rewinds)
        {
            // The frames may lie behind the position that the feed went back to.
            connection.Wake();
            frames.Clear();
            _next = null;
            return false;
        }
        if (frames.Count == 0) return false;
        // The window may begin before the position.
        if (frames.Find(static frame => frame.Cursor is not null)?.Cursor <= Position) DropUpTo(Position, frames);
        foreach (var frame in frames) Position = frame.Cursor ?? Position;
        return frames.Count > 0;
    }

    // A method of its own, so that the closure is only allocated when something is dropped.
    private static void DropUpTo(Cursor position, List<Frame> frames) => frames.RemoveAll(frame => frame.Cursor <= position);

    private async Task<bool> TryReadLogAsync(List<Frame> frames, CancellationToken cancellationToken)
    {
        FramePage page;
        try
        {
            page = await feed.Reads.ReadLogAsync(Position, cancellationToken);
        }
        catch (BusUnavailableException)
        {
            return false;
        }
        var position = Position;
        var bytes = 0;
        for (var i = page.Find(position); i < page.Frames.Count && bytes < Audience.MaxRunBytes; i++)
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
