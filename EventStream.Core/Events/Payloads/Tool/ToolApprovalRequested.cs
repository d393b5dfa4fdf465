using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent asks whether it may call a tool, and waits for the answer.</summary>
public sealed record ToolApprovalRequested : CanonicalPayload
{
    /// <summary>What the answer names.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>The run that waits.</summary>
    public required string RunId { get; init; }

    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The name of the tool.</summary>
    public required string ToolName { get; init; }

    /// <summary>The arguments: a JSON object.</summary>
    [AnyObject]
    [MethodParameter(NullIsEmpty = true)]
    public required JsonElement Args { get; init; }

    /// <summary>Why it asks.</summary>
    public string? Reason { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
