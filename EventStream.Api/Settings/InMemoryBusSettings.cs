namespace EventStream.Api.Settings;

/// <summary>What the server holds in its memory when there is no Redis. Section <c>InMemoryBus</c> of the configuration.</summary>
internal sealed class InMemoryBusSettings
{
    public const string Section = "InMemoryBus";

    /// <summary>The most streams that are remembered.</summary>
    public int MaxStreams { get; set; } = new EventStreamOptions().InMemoryMaxStreams;

    /// <summary>The most bytes of the process's memory that all streams take.</summary>
    public long MaxBytes { get; set; } = new EventStreamOptions().InMemoryMaxBytes;

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => new EventStreamOptions { InMemoryMaxStreams = MaxStreams, InMemoryMaxBytes = MaxBytes }.Problem();
}
