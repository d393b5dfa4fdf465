using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A session was created.</summary>
public sealed record SessionCreated : CanonicalPayload
{
    /// <summary>The session as its source has it: a JSON object.</summary>
    [AnyObject]
    public required JsonElement Session { get; init; }
}
