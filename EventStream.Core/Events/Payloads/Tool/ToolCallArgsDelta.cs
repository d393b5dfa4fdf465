namespace EventStream.Events.Payloads;

/// <summary>A further piece of the JSON text of a tool call's arguments.</summary>
public sealed record ToolCallArgsDelta : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The text to append.</summary>
    public required string Delta { get; init; }
}
