using EventStream.Api.Telemetry;
using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

/// <summary>All feeds of this node: one per stream that is watched, however many clients watch it.</summary>
internal sealed partial class Hub : BackgroundService
{
    private static readonly TimeSpan PulseInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    // 1,000 a second: enough for 20,000 idle feeds within a minute, and nothing that Redis would feel.
    private const int MaxChecksPerPulse = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamKey, HubEntry> _feeds = [];
    private readonly StreamingOptions _options;
    private readonly TimeProvider _time;
    private readonly FeedContext _context;
    private readonly List<Feed> _watched = [];
    private readonly List<Feed> _idle = [];
    private readonly Action<Subscriber> _pulse;
    private readonly CrowdSweep _sweep = new();
    private long _joined;
    private int _streams;

    public Hub(IEventBus bus, IOptions<StreamingOptions> options, TimeProvider time, StreamMetrics metrics, IHostApplicationLifetime lifetime, ILogger<Feed> feedLogger)
    {
        (_options, _time) = (options.Value, time);
        _context = new FeedContext(bus, new WindowBudget(_options.WindowBytes), time, metrics, feedLogger);
        _pulse = subscriber => subscriber.OnPulse(_options);
        lifetime.ApplicationStopping.Register(Drain);
    }

    /// <summary>Whether the server is stopping and takes no more streams.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>How many streams are open.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>How many feeds are held, those that linger included.</summary>
    public int Feeds
    {
        get { lock (_lock) return _feeds.Count; }
    }

    /// <summary>Takes a place in the feed of a stream, which is subscribed to if it wasn't.</summary>
    /// <returns>The feed, and <see cref="SubscriberEnd.None"/>; or why there is no place.</returns>
    /// <remarks>Every place that was given is given back by <see cref="Leave"/>.</remarks>
    public async Task<(Feed? Feed, SubscriberEnd Refusal)> JoinAsync(StreamKey stream)
    {
        HubEntry entry;
        lock (_lock)
        {
            if (IsDraining) return (null, SubscriberEnd.Draining);
            if (_streams >= _options.MaxStreams) return (null, SubscriberEnd.Busy);
            if (!_feeds.TryGetValue(stream, out entry!) || entry.HasFailed)
            {
                if (_feeds.Count >= _options.MaxFeeds && !TryDropLingeringNeedsLock()) return (null, SubscriberEnd.Busy);
                entry = new HubEntry(new Feed(stream, _context), _options.JoinTimeout, _time);
                _feeds[stream] = entry;
            }
            else if (entry.Places >= _options.MaxStreamsPerKey)
            {
                return (null, SubscriberEnd.Busy);
            }
            entry.Places++;
            _streams++;
            _joined++;
        }
        try
        {
            await entry.Started;
            entry.Settle();
            return (entry.Feed, SubscriberEnd.None);
        }
        catch (BusUnavailableException)
        {
            Leave(entry.Feed);
            return (null, SubscriberEnd.Unavailable);
        }
        catch
        {
            Leave(entry.Feed);
            throw;
        }
    }

    /// <summary>Gives a place back. The feed lingers for a while when it was the last.</summary>
    public void Leave(Feed feed)
    {
        lock (_lock)
        {
            _streams--;
            var entry = _feeds.GetValueOrDefault(feed.Stream);
            if (entry?.Feed != feed) return;
            entry.Places--;
            entry.LeftAt = _time.GetTimestamp();
            if (entry.Places == 0 && entry.HasFailed) _feeds.Remove(feed.Stream);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PulseInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Pulse();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Feeds are left in StopAsync, once no client is.
        }
    }

    /// <summary>Leaves every stream. The server has no clients left by then.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        List<Feed> feeds;
        lock (_lock)
        {
            feeds = [.. _feeds.Values.Select(entry => entry.Feed)];
            _feeds.Clear();
        }
        // A bus that hangs doesn't hold up the stop: closing its connection leaves every stream too.
        var left = Task.WhenAll(feeds.Select(feed => feed.DisposeAsync().AsTask()));
        await Task.WhenAny(left, Task.Delay(StopTimeout, _time, cancellationToken));
    }

    private bool TryDropLingeringNeedsLock()
    {
        var lingering = _feeds.Values.Where(entry => entry.Places == 0 && entry.Started.IsCompletedSuccessfully).MinBy(entry => entry.LeftAt);
        if (lingering is null) return false;
        _ = lingering.Feed.DisposeAsync().AsTask();
        return _feeds.Remove(lingering.Feed.Stream);
    }

    private void Pulse()
    {
        var (feeds, idle) = (_watched, _idle);
        lock (_lock)
        {
            _context.Budget.Share(_feeds.Count);
            foreach (var (stream, entry) in _feeds)
            {
                if (!entry.Started.IsCompletedSuccessfully) continue;
                entry.Feed.Trim();
                if (entry.Places > 0) feeds.Add(entry.Feed);
                else if (_time.GetElapsedTime(entry.LeftAt) >= _options.Linger) idle.Add(entry.Feed);
            }
            foreach (var feed in idle) _feeds.Remove(feed.Stream);
        }
        foreach (var feed in idle) _ = feed.DisposeAsync().AsTask();
        var checks = 0;
        foreach (var feed in feeds)
        {
            if (checks < MaxChecksPerPulse && feed.CheckPosition(_options.PositionCheck)) checks++;
            feed.ForEach(_pulse);
        }
        feeds.Clear();
        idle.Clear();
        _sweep.Pulse(Interlocked.Read(ref _joined), _context.Metrics.DeliveredEvents);
    }

    private void Drain()
    {
        List<Feed> feeds;
        lock (_lock)
        {
            IsDraining = true;
            feeds = [.. _feeds.Values.Select(entry => entry.Feed)];
        }
        foreach (var feed in feeds) feed.ForEach(subscriber => subscriber.Finish(SubscriberEnd.Draining));
    }
}
