namespace EventStream.Events.Payloads;

/// <summary>A message has changed.</summary>
public sealed record MessageUpdated : CanonicalPayload
{
    /// <summary>The message that this belongs to.</summary>
    public required string MessageId { get; init; }

    /// <summary>The whole text as it is now.</summary>
    public string? Content { get; init; }

    /// <summary>Whether the text takes the place of what was streamed of the message so far.</summary>
    public bool? Replace { get; init; }

    /// <summary>Who speaks.</summary>
    public string? Role { get; init; }

    /// <summary>The tool that speaks, in a message of a tool.</summary>
    public string? Name { get; init; }

    /// <summary>The tool call that it answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>When it was created, as its source wrote it.</summary>
    public string? CreatedAt { get; init; }
}
