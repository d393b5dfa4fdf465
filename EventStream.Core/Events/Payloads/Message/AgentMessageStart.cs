namespace EventStream.Events.Payloads;

/// <summary>An agent begins a message.</summary>
public sealed record AgentMessageStart : CanonicalPayload
{
    /// <summary>The message that this belongs to.</summary>
    public required string MessageId { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>Who speaks; the assistant when absent.</summary>
    public string? Role { get; init; }
}
