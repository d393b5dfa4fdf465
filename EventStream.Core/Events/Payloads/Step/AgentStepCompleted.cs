using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent has done one turn of its loop.</summary>
public sealed record AgentStepCompleted : CanonicalPayload
{
    /// <summary>Which step this is.</summary>
    public required int StepNumber { get; init; }

    /// <summary>Whether it asked for tools.</summary>
    public bool? HasToolCalls { get; init; }

    /// <summary>How many errors there were, or which.</summary>
    public JsonElement? Errors { get; init; }

    /// <summary>Why the model stopped.</summary>
    public string? FinishReason { get; init; }

    /// <summary>What it used up: tokens, requests.</summary>
    [AnyObject]
    public JsonElement? Usage { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double? DurationMs { get; init; }

    /// <summary>What the agent said.</summary>
    public string? Content { get; init; }

    /// <summary>The kind of step, such as <c>thinking</c> or <c>tool_call</c>.</summary>
    public string? StatusType { get; init; }

    /// <summary>The tool that was used: a JSON object.</summary>
    [AnyObject]
    public JsonElement? ToolInfo { get; init; }

    /// <summary>How many tokens it took.</summary>
    public long? Tokens { get; init; }
}
