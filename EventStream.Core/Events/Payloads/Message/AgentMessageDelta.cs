namespace EventStream.Events.Payloads;

/// <summary>A further piece of a message, to be appended to what came before.</summary>
public sealed record AgentMessageDelta : CanonicalPayload
{
    /// <summary>The message that this belongs to.</summary>
    public required string MessageId { get; init; }

    /// <summary>The text to append.</summary>
    public required string Delta { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
