using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>A publisher with a dispatcher on Redis that counts its events.</summary>
internal sealed class DispatcherPublisher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RedisEventBus _bus;
    private readonly StreamKey _session;
    private readonly EventDispatcher _dispatcher;
    private readonly Task _publishing;
    private readonly Ledger _ledger;

    public DispatcherPublisher(string name, StreamKey session, TimeSpan interval, ChaosStageOptions options, Ledger ledger)
    {
        (_session, _ledger) = (session, ledger);
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = options.Redis! }, options.Log);
        _dispatcher = new EventDispatcher(new PlacingBus(_bus, ledger), new DispatcherOptions { OnAppended = Acknowledge });
        _publishing = PublishAsync(name, interval, new string('x', options.Padding));
    }

    /// <summary>Stops publishing, and returns when everything is acknowledged.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _publishing;
        await _dispatcher.FlushAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _publishing;
        await _dispatcher.DisposeAsync();
        await _bus.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task PublishAsync(string name, TimeSpan interval, string padding)
    {
        var options = new PublishOptions { ProjectId = ChaosStage.Project.Id };
        using var timer = new PeriodicTimer(interval);
        try
        {
            for (var number = 1; ; number++)
            {
                await _dispatcher.PublishAsync(_session.Id, NumberedEvent.Type, EventPayload.Parse(new NumberedEvent(name, number).ToPayload(padding)), options, _stopping.Token);
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // StopAsync ended the wait.
        }
    }

    private void Acknowledge(AppendRequest request, AppendResult result)
    {
        foreach (var (published, receipt) in request.Events.Zip(result.Receipts)) _ledger.Acknowledge(_session, NumberedEvent.Read(published.Payload), receipt.Cursor);
    }
}
