using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>Figures of the machine that an agent looks after.</summary>
public sealed record MetricsUpdate : CanonicalPayload
{
    /// <summary>Processor load in percent, 0 to 100.</summary>
    public required double Cpu { get; init; }

    /// <summary>Memory in use, with its unit: <c>3.2GB</c>.</summary>
    public required string MemoryUsed { get; init; }

    /// <summary>Free disk space, with its unit: <c>50GB</c>.</summary>
    public required string DiskFree { get; init; }

    /// <summary>How many containers run.</summary>
    public required int ContainersRunning { get; init; }

    /// <summary>Further figures: a JSON object.</summary>
    [AnyObject]
    public JsonElement? Extra { get; init; }
}
