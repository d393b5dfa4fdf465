using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A step that is on record has changed.</summary>
public sealed record AgentStepUpdated : CanonicalPayload
{
    /// <summary>The step.</summary>
    public required string StepId { get; init; }

    /// <summary>The run that this is about.</summary>
    public string? RunId { get; init; }

    /// <summary>Which step this is.</summary>
    public int? StepNumber { get; init; }

    /// <summary>The node of a workflow that it belongs to.</summary>
    public string? NodeId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>What it works from: any JSON value.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What it produced: any JSON value.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double? DurationMs { get; init; }

    /// <summary>When it began, as its source wrote it.</summary>
    public string? StartedAt { get; init; }

    /// <summary>When it ended, as its source wrote it.</summary>
    public string? CompletedAt { get; init; }
}
