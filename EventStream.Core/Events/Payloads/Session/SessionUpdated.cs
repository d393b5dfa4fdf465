using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>What is known of a session has changed.</summary>
public sealed record SessionUpdated : CanonicalPayload
{
    /// <summary>The session as its source has it: a JSON object.</summary>
    [AnyObject]
    public required JsonElement Session { get; init; }
}
