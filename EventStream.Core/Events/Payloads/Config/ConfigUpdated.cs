using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>The configuration of a system has changed.</summary>
public sealed record ConfigUpdated : CanonicalPayload
{
    /// <summary>The configuration as its source has it: a JSON object.</summary>
    [AnyObject]
    public required JsonElement Config { get; init; }
}
