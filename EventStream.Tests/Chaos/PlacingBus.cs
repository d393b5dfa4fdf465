using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>A bus that records the positions of relayed events in the project, which no receipt contains.</summary>
internal sealed class PlacingBus(IEventBus inner, Ledger ledger) : IEventBus
{
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        var result = await inner.AppendAsync(request, cancellationToken);
        if (request.Stream != ChaosStage.Project) return result;
        foreach (var (relayed, receipt) in request.Events.Zip(result.Receipts)) ledger.Relay(NumberedEvent.Read(relayed.Payload), receipt.Cursor);
        return result;
    }

    public ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default) => inner.ReadAsync(stream, after, maxEvents, cancellationToken);

    public ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default) => inner.FindRunEndAsync(stream, runId, cancellationToken);

    public ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default) => inner.SubscribeAsync(stream, listener, cancellationToken);

    public ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default) => inner.DeleteAsync(stream, cancellationToken);

    public ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default) => inner.BeginEpochAsync(stream, epoch, cancellationToken);

    public ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default) => inner.RecentSessionsAsync(limit, cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken = default) => inner.PingAsync(cancellationToken);
}
