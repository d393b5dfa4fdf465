using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>Who listens to one feed: one loop hands each subscriber all that it has missed, in one write of shared bytes.</summary>
/// <remarks>
/// While it goes round, more is published, and the next round brings it together: the busier a node, the larger its writes.
/// A subscriber that can't be written to just now, or that wants more than the bytes, is woken and does the rest in its own loop.
/// </remarks>
internal sealed class Audience(Feed feed, AudienceContext context) : IFeedAudience, IThreadPoolWorkItem
{
    /// <summary>What is gathered into one write; an event may be larger.</summary>
    public const int MaxRunBytes = 256 * 1024;

    private const int Idle = 0;
    private const int Running = 1;
    private const int RunningAgain = 2;

    // For so few, waking another thread would take longer than writing to them on the thread that hears of the event.
    private const int MaxServedHere = 16;

    // A few runs serve nearly all subscribers of a round; more would only hold memory.
    private const int MaxHeldWrites = 4;

    [ThreadStatic]
    private static List<Frame>? _missing;

    [ThreadStatic]
    private static List<(FrameSelection Of, SharedWrite? Write)>? _writes;

    // Guarded by its own lock. Most feeds have one subscriber.
    private readonly List<Subscriber> _subscribers = new(1);
    private Subscriber[]? _round;
    private int _state;

    /// <summary>The audience of a feed.</summary>
    public static Audience Of(Feed feed) => (Audience)feed.Audience;

    /// <summary>Takes a subscriber in. From here on it misses nothing, whatever it does first.</summary>
    public void Add(Subscriber subscriber)
    {
        lock (_subscribers)
        {
            _subscribers.Add(subscriber);
            _round = null;
        }
        subscriber.StartAt(feed.Find(subscriber.Position));
    }

    public void Remove(Subscriber subscriber)
    {
        lock (_subscribers)
        {
            _subscribers.Remove(subscriber);
            _round = null;
        }
    }

    /// <summary>Calls <paramref name="visit"/> for each subscriber.</summary>
    public void ForEach(Action<Subscriber> visit)
    {
        lock (_subscribers)
        {
            foreach (var subscriber in _subscribers) visit(subscriber);
        }
    }

    public void OnMoved(bool mayServeHere)
    {
        if (Interlocked.Exchange(ref _state, RunningAgain) != Idle) return;
        if (mayServeHere && _subscribers.Count <= MaxServedHere) Execute();
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        do
        {
            Volatile.Write(ref _state, Running);
            try
            {
                while (!TryServeAll())
                {
                    // Another round: more than one write was missing.
                }
            }
            catch (Exception e)
            {
                // A defect. Each subscriber gets what is missing from its own loop.
                context.Logger.LogFanOutFailed(e, feed.Stream);
                ForEach(static subscriber => subscriber.Connection.Wake());
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }

    /// <returns>Whether every subscriber has been brought to the window's end, or sees to it alone.</returns>
    private bool TryServeAll()
    {
        // Read before the subscribers: one that joins in between begins behind it, or looks by itself.
        var (end, rewinds) = feed.Snapshot;
        var (now, isDone, sent) = (context.Time.GetTimestamp(), true, 0L);
        DateTimeOffset? newest = null;
        // Most subscribers of a round miss the same.
        (FrameSelection Of, SharedWrite? Write) last = default;
        try
        {
            foreach (var subscriber in Round())
            {
                if (!subscriber.Connection.TryStandIn()) continue;
                var wake = true;
                try
                {
                    if (subscriber.NextAfter(rewinds) is not { } next) continue;
                    if (next >= end)
                    {
                        wake = false;
                        continue;
                    }
                    var missed = new FrameSelection(next, subscriber.Dialect, subscriber.Filter);
                    if (last.Of != missed) last = (missed, WriteOf(missed, rewinds));
                    if (last.Write is not { } write || !subscriber.Misses(write.Run)) continue;
                    sent += write.Run.Told;
                    newest = write.Run.PublishedAt ?? newest;
                    isDone &= write.Run.To == end;
                    wake = !subscriber.TrySend(write, now);
                }
                finally
                {
                    subscriber.Connection.Release(wake);
                }
            }
        }
        finally
        {
            // An idle thread must not hold the bytes.
            _writes?.Clear();
        }
        if (sent > 0) context.Metrics.Delivered(sent, newest);
        return isDone;
    }

    /// <summary>What subscribers miss, made once in a round; null when the window no longer holds them, or their bytes are not all that there is to them.</summary>
    private SharedWrite? WriteOf(FrameSelection missed, int rewinds)
    {
        var writes = _writes ??= [];
        for (var i = writes.Count - 1; i >= 0; i--)
        {
            if (writes[i].Of == missed) return writes[i].Write;
        }
        SharedWrite? write = null;
        try
        {
            if (RunOf(missed, rewinds) is { } run) write = new SharedWrite(run);
        }
        catch (Exception e)
        {
            // A defect of this dialect. Its subscribers fail in their own loops; the others go on.
            context.Logger.LogFanOutFailed(e, feed.Stream);
        }
        if (writes.Count == MaxHeldWrites) writes.RemoveAt(0);
        writes.Add((missed, write));
        return write;
    }

    private FrameRun? RunOf(FrameSelection missed, int rewinds)
    {
        var missing = _missing ??= [];
        try
        {
            return feed.TryCopyTo(missing, missed.From, MaxRunBytes, rewinds) ? FrameRun.Of(missing, missed) : null;
        }
        finally
        {
            // An idle thread must not hold frames that the window has let go.
            missing.Clear();
        }
    }

    private Subscriber[] Round()
    {
        lock (_subscribers) return _round ??= [.. _subscribers];
    }
}
