using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent begins one turn of its loop.</summary>
public sealed record AgentStepStarted : CanonicalPayload
{
    /// <summary>Which step this is.</summary>
    public required int StepNumber { get; init; }

    /// <summary>How many messages it works from.</summary>
    public int? MessageCount { get; init; }

    /// <summary>How many tools it may use, or which.</summary>
    public JsonElement? AvailableTools { get; init; }
}
