using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent has decided whether to go on after a step.</summary>
public sealed record AgentContinuation : CanonicalPayload
{
    /// <summary>Whether it stops.</summary>
    public required bool ShouldStop { get; init; }

    /// <summary>Whether it goes on: the opposite of <see cref="ShouldStop"/>.</summary>
    [MethodParameter(OppositeOf = nameof(ShouldStop))]
    public required bool ShouldContinue { get; init; }

    /// <summary>Which step this is.</summary>
    public int? StepNumber { get; init; }

    /// <summary>Why it stops.</summary>
    public string? StopReason { get; init; }

    /// <summary>What decided.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>What was weighed, each with its outcome.</summary>
    public IReadOnlyList<JsonElement>? Evaluations { get; init; }
}
