namespace EventStream.Events.Payloads;

/// <summary>A message is complete.</summary>
public sealed record AgentMessageEnd : CanonicalPayload
{
    /// <summary>The message that this belongs to.</summary>
    public required string MessageId { get; init; }

    /// <summary>The whole text.</summary>
    public required string Content { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>Whether <see cref="Content"/> holds only the beginning of the text.</summary>
    public bool? ContentTruncated { get; init; }
}
