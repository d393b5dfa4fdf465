using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>Normalises native events here and appends to the bus.</summary>
internal sealed class BusIngest(IEventBus bus, TimeSpan retryBudget, TimeProvider time) : INativeIngest
{
    private readonly SourceIngest _ingest = new(bus, time);

    public Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken)
    {
        context.Check();
        var normaliser = SourceCatalogue.Get(source);
        return _ingest.IngestAsync(NativeReader.ReadMany(json.Span, normaliser, context, out _), context.Broadcast, AppendAsync, cancellationToken);
    }

    private Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        AppendRetry.AppendAsync(bus, request, retryBudget, time, cancellationToken: cancellationToken).AsTask();
}
