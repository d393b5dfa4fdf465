using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>An agent worker on Redis that counts its events.</summary>
internal sealed class DispatcherPublisher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RedisEventBus _bus;
    private readonly EventDispatcher _dispatcher;
    private readonly Task _publishing;
    private readonly Ledger _ledger;

    public DispatcherPublisher(string name, string sessionId, ChaosStageOptions options, Ledger ledger)
    {
        _ledger = ledger;
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = options.Redis! }, options.Log);
        _dispatcher = new EventDispatcher(_bus, new DispatcherOptions { OnAppended = Acknowledge });
        _publishing = PublishAsync(name, sessionId, new string('x', options.Padding));
    }

    /// <summary>Publishes no more, and returns when everything is acknowledged.</summary>
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

    private async Task PublishAsync(string name, string sessionId, string padding)
    {
        using var timer = new PeriodicTimer(ChaosStage.Interval);
        try
        {
            for (var number = 1; ; number++)
            {
                await _dispatcher.PublishAsync(sessionId, NumberedEvent.Type, EventPayload.Parse(new NumberedEvent(name, number).ToPayload(padding)), cancellationToken: _stopping.Token);
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private void Acknowledge(AppendRequest request, AppendResult result)
    {
        foreach (var (published, receipt) in request.Events.Zip(result.Receipts)) _ledger.Acknowledge(NumberedEvent.Read(published.Payload), receipt.Cursor);
    }
}
