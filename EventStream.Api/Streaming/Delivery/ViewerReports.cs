using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>Tells the bus how many clients watch which session on this node, and asks it for those of all nodes.</summary>
internal sealed class ViewerReports(FeedTable feeds, IEventBus bus, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), KeepInterval = TimeSpan.FromSeconds(10), StopTimeout = TimeSpan.FromSeconds(1);

    private readonly string _node = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isKnown;
    private long _keptAt;

    /// <summary>How many clients watch a session, over all nodes.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<long> CountAsync(StreamKey session, CancellationToken cancellationToken)
    {
        if (bus is not IViewers viewers) return feeds.ViewersOf(session);
        await ReportAsync(cancellationToken);
        return await viewers.CountViewersAsync(session, cancellationToken);
    }

    /// <summary>Takes back what this node has said: its clients go elsewhere.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (bus is not IViewerReports reports) return;
        using var deadline = new CancellationTokenSource(StopTimeout, time);
        try
        {
            await reports.ReportViewersAsync(_node, new Dictionary<StreamKey, int>(), isAll: true, deadline.Token);
        }
        catch (Exception e) when (e is BusUnavailableException or OperationCanceledException)
        {
            // It expires by itself.
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Jitter.HalfToAll(Interval), time, stoppingToken);
                try
                {
                    await ReportAsync(stoppingToken);
                }
                catch (BusUnavailableException)
                {
                    // The bus has said so itself; the next report says all.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (bus is not IViewerReports reports) return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_isKnown && time.GetElapsedTime(_keptAt) >= KeepInterval)
            {
                _isKnown = await reports.KeepViewersAsync(_node, cancellationToken);
                _keptAt = time.GetTimestamp();
            }
            var isAll = !_isKnown;
            var viewers = feeds.TakeViewers(isAll);
            if (viewers.Count == 0) return;
            // What the bus has taken of a report that fails is unknown.
            _isKnown = false;
            await reports.ReportViewersAsync(_node, viewers, isAll, cancellationToken);
            (_isKnown, _keptAt) = (true, time.GetTimestamp());
        }
        catch (BusUnavailableException)
        {
            // The next report says all, so what changes until then isn't kept.
            _isKnown = false;
            feeds.TakeViewers(all: false);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }
}
