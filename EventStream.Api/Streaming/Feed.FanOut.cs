namespace EventStream.Api.Streaming;

/// <summary>How what is published reaches the subscribers: one loop hands each of them all that it has missed, in one write of shared bytes.</summary>
/// <remarks>
/// While it goes round, more is published, and the next round brings it together: the busier a node, the larger its writes.
/// Whoever can't be written to just now, or wants more than the bytes, is woken and sees to it in its own loop.
/// </remarks>
internal sealed partial class Feed : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int RunningAgain = 2;

    /// <summary>What is gathered into one write; an event may be larger.</summary>
    public const int MaxRunBytes = 256 * 1024;

    // So few that whoever hears of an event writes to them itself: waking another thread would take longer.
    private const int MaxAtOnce = 16;

    [ThreadStatic]
    private static List<Frame>? _missing;

    // Mostly one.
    private readonly List<Subscriber> _subscribers = new(1);
    private Subscriber[]? _rounds;
    private int _fanOut;
    private volatile bool _isFanOutDue;

    public void Add(Subscriber subscriber)
    {
        lock (_lock)
        {
            _subscribers.Add(subscriber);
            _rounds = null;
            // From here on it misses nothing, whatever it does first.
            subscriber.StartAt(_window.Find(subscriber.Position));
        }
    }

    public void Remove(Subscriber subscriber)
    {
        lock (_lock)
        {
            _subscribers.Remove(subscriber);
            _rounds = null;
        }
    }

    /// <summary>Calls <paramref name="visit"/> for each subscriber.</summary>
    public void ForEach(Action<Subscriber> visit)
    {
        lock (_lock)
        {
            foreach (var subscriber in _subscribers) visit(subscriber);
        }
    }

    public void Execute()
    {
        do
        {
            Volatile.Write(ref _fanOut, Running);
            try
            {
                while (!TryFanOut())
                {
                    // More than one write is missing.
                }
            }
            catch (Exception e)
            {
                // A defect. Everybody sees to what is missing in a loop of their own.
                LogFanOutFailed(e, Stream);
                ForEach(static subscriber => subscriber.Wake());
            }
        }
        while (Interlocked.CompareExchange(ref _fanOut, Idle, Running) != Running);
    }

    /// <summary>Has what was published brought to the subscribers; without the lock.</summary>
    /// <param name="maxAtOnce">By this thread itself, when there are no more of them.</param>
    private void FanOut(int maxAtOnce)
    {
        if (!_isFanOutDue) return;
        _isFanOutDue = false;
        if (Interlocked.Exchange(ref _fanOut, RunningAgain) != Idle) return;
        if (_subscribers.Count <= maxAtOnce) Execute();
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <returns>Whether everybody has been brought to the window's end, or sees to it alone.</returns>
    private bool TryFanOut()
    {
        Subscriber[] subscribers;
        long end;
        int rewinds;
        lock (_lock) (subscribers, end, rewinds) = (_rounds ??= [.. _subscribers], _window.Next, _rewinds);
        var (now, isDone, sent) = (_context.Time.GetTimestamp(), true, 0L);
        FrameRun? run = null;
        long? sought = null;
        foreach (var subscriber in subscribers)
        {
            if (!subscriber.TryStandIn()) continue;
            var wake = true;
            try
            {
                if (subscriber.NextAfter(rewinds) is not { } next) continue;
                if (next >= end)
                {
                    wake = false;
                    continue;
                }
                if (sought != next) (sought, run) = (next, RunFrom(next, rewinds));
                if (run is null || !subscriber.Misses(run)) continue;
                sent += run.Count;
                isDone &= run.To == end;
                wake = !subscriber.TrySend(run, now);
            }
            finally
            {
                subscriber.Release(wake);
            }
        }
        if (sent > 0) _context.Metrics.Delivered(sent, run?.PublishedAt);
        return isDone;
    }

    /// <summary>The frames from a number on; null when the window no longer holds them, or their bytes are not all that there is to them.</summary>
    private FrameRun? RunFrom(long from, int rewinds)
    {
        var missing = _missing ??= [];
        try
        {
            lock (_lock)
            {
                if (from < _window.First || rewinds != _rewinds) return null;
                _window.CopyTo(missing, from, MaxRunBytes);
            }
            return FrameRun.Of(missing, from);
        }
        finally
        {
            // A thread that is idle holds no frame that the window has let go.
            missing.Clear();
        }
    }
}
