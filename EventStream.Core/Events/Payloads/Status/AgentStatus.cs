using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent, or the session that it works for, came into another state.</summary>
public sealed record AgentStatus : CanonicalPayload
{
    /// <summary>The state: an open set of lower-case names, such as <c>idle</c>, <c>thinking</c>, <c>processing</c> or <c>completed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The state before.</summary>
    public string? PreviousStatus { get; init; }

    /// <summary>The state in the words of its source, where they differ.</summary>
    public string? SourceStatus { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>What the agent is called.</summary>
    public string? AssistantName { get; init; }

    /// <summary>How many steps there were so far.</summary>
    public int? StepCount { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>What it produced: any JSON value.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>The last thing that it said.</summary>
    public string? LastResponse { get; init; }
}
