using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent session began.</summary>
public sealed record SessionStarted : CanonicalPayload
{
    /// <summary>The session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>Anything about the session: user, workflow, labels.</summary>
    [AnyObject]
    public JsonElement? Metadata { get; init; }
}
