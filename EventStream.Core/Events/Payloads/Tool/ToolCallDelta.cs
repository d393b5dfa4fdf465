namespace EventStream.Events.Payloads;

/// <summary>Progress of a running tool call, in words (not a piece of its arguments).</summary>
public sealed record ToolCallDelta : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The progress text.</summary>
    public required string Delta { get; init; }
}
