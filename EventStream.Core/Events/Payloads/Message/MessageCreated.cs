namespace EventStream.Events.Payloads;

/// <summary>A message was added to a conversation, whole.</summary>
public sealed record MessageCreated : CanonicalPayload
{
    /// <summary>The message that this belongs to.</summary>
    public required string MessageId { get; init; }

    /// <summary>Who speaks, such as <c>user</c>, <c>assistant</c>, <c>system</c> or <c>tool</c>.</summary>
    public string? Role { get; init; }

    /// <summary>The whole text.</summary>
    public string? Content { get; init; }

    /// <summary>The tool that speaks, in a message of a tool.</summary>
    public string? Name { get; init; }

    /// <summary>The tool call that it answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>When it was created, as its source wrote it.</summary>
    public string? CreatedAt { get; init; }

    /// <summary>The run that this is about.</summary>
    public string? RunId { get; init; }

    /// <summary>What the message refers to.</summary>
    public IReadOnlyList<string>? ContextItemIds { get; init; }
}
