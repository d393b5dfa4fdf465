namespace EventStream.Events.Payloads;

/// <summary>The arguments of a tool call are complete.</summary>
public sealed record ToolCallArgsEnd : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }
}
