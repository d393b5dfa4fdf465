using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>What the events about a trace have in common.</summary>
public abstract record TracePayload : CanonicalPayload
{
    /// <summary>The trace.</summary>
    public required string TraceId { get; init; }

    /// <summary>What is traced.</summary>
    public string? Name { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double? DurationMs { get; init; }

    /// <summary>Anything about the trace: a JSON object.</summary>
    [AnyObject]
    public JsonElement? Metadata { get; init; }

    /// <summary>When it was created, as its source wrote it.</summary>
    public string? CreatedAt { get; init; }

    /// <summary>When it last changed, as its source wrote it.</summary>
    public string? UpdatedAt { get; init; }
}
