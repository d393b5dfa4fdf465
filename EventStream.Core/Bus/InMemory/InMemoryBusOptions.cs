namespace EventStream.Bus.InMemory;

/// <summary>How much an <see cref="InMemoryEventBus"/> holds over all streams.</summary>
/// <remarks>
/// When a bound is exceeded, the least recently used stream is forgotten as a whole. A stream with subscribers is forgotten
/// only when no other is left. The newest stream always stays.
/// A publisher who made more than 32 streams, or a sixteenth of the bytes, beside its own stream pays first: the session whose events name many
/// projects, or the request that ingests events of many sessions. Of these the one whose streams take most loses its least recently used one.
/// </remarks>
public sealed class InMemoryBusOptions
{
    /// <summary>The most streams that are remembered.</summary>
    /// <value>10,000.</value>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>The most bytes that all streams take of the process's memory: envelopes, ids that are recognised, what belongs to them, and half as much again for what .NET hasn't collected yet.</summary>
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
