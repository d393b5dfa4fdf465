namespace EventStream.Bus.InMemory;

/// <summary>How much an <see cref="InMemoryEventBus"/> holds over all streams.</summary>
/// <remarks>
/// When a bound is exceeded, the least recently used stream is forgotten as a whole. A stream with subscribers is forgotten
/// only when no other is left. The newest stream always stays.
/// </remarks>
public sealed class InMemoryBusOptions
{
    /// <summary>The most streams that are remembered.</summary>
    /// <value>10,000.</value>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>The most bytes of envelopes over all logs. Bookkeeping adds about 300 bytes an event.</summary>
    /// <value>512 MiB.</value>
    public long MaxBytes { get; set; } = 512 * 1024 * 1024;

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => this switch
    {
        { MaxStreams: < 1 or > 10_000_000 } => "InMemoryBus:MaxStreams must be between 1 and 10000000.",
        { MaxBytes: < Events.EventLimits.MaxEventBytes } => $"InMemoryBus:MaxBytes must be at least {Events.EventLimits.MaxEventBytes}, the largest event.",
        _ => null,
    };
}
