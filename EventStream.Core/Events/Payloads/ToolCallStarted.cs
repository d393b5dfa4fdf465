using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent calls a tool.</summary>
public sealed record ToolCallStarted : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The name of the tool.</summary>
    public required string ToolName { get; init; }

    /// <summary>The arguments: a JSON object.</summary>
    public required JsonElement Args { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
