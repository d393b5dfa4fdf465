using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A tool call has ended.</summary>
public sealed record ToolCallResult : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The name of the tool.</summary>
    public required string ToolName { get; init; }

    /// <summary>What the tool returned: any JSON value.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>What went wrong; absent when it succeeded.</summary>
    public string? Error { get; init; }
}
