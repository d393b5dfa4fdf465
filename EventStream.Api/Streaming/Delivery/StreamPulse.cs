using EventStream.Api.Access;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Telemetry;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>Looks after all streams of this node twice a second: their times, positions that need a check, feeds that no one watches, and the end when the server stops.</summary>
internal sealed class StreamPulse : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // 1,000 a second: enough for 20,000 idle feeds within a minute, and nothing that Redis would feel.
    private const int MaxChecks = 500;

    private readonly FeedTable _feeds;
    private readonly StreamingOptions _options;
    private readonly StreamMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CrowdSweep _sweep = new();
    private readonly List<Feed> _watched = [];
    private readonly Action<Subscriber> _visit;

    public StreamPulse(FeedTable feeds, IOptions<StreamingOptions> options, StreamMetrics metrics, CallerWatch watch, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        (_feeds, _options, _metrics, _time) = (feeds, options.Value, metrics, time);
        _visit = subscriber => subscriber.OnPulse(_options, watch);
        lifetime.ApplicationStopping.Register(Drain);
    }

    /// <summary>Leaves every stream. The server has no clients left by then.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _feeds.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Pulse();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Feeds are left in StopAsync, once no client is.
        }
    }

    private void Pulse()
    {
        _feeds.Sweep(_watched);
        var checks = 0;
        foreach (var feed in _watched)
        {
            if (checks < MaxChecks && feed.CheckPosition(_options.PositionCheck)) checks++;
            Audience.Of(feed).ForEach(_visit);
        }
        _watched.Clear();
        _sweep.Pulse(_feeds.Joined, _metrics.DeliveredEvents);
    }

    private void Drain()
    {
        foreach (var feed in _feeds.BeginDraining()) Audience.Of(feed).ForEach(static subscriber => subscriber.Connection.Finish(SubscriberEnd.Draining));
    }
}
