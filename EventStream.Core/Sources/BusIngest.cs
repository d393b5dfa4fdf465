using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>Normalises native events here and appends to the bus.</summary>
internal sealed class BusIngest(IEventBus bus, TimeSpan retryBudget, TimeProvider time) : INativeIngest
{
    private readonly SourceIngest _ingest = new(bus, time);

    public async Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken)
    {
        context.Check();
        var natives = NativeReader.ReadMany(json.Span, SourceCatalogue.Get(source), context, out _);
        try
        {
            return await _ingest.IngestAsync(natives, context.Broadcast, AppendAsync, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (BusUnavailableException e) when (e.InnerException is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        AppendRetry.AppendAsync(bus, request, retryBudget, time, cancellationToken: cancellationToken).AsTask();
}
