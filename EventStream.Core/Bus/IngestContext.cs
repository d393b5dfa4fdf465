using EventStream.Events;

namespace EventStream.Bus;

/// <summary>What is known of native events besides themselves. It supplies what they lack; the session wins over theirs.</summary>
public sealed record IngestContext
{
    /// <summary>The session that the events are for.</summary>
    public string? SessionId { get; init; }

    /// <summary>The run that they belong to.</summary>
    public string? RunId { get; init; }

    /// <summary>The project that they belong to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The execution that they belong to.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>The class of raw events whose JSON doesn't name it.</summary>
    public string? Class { get; init; }

    /// <summary>Whether everybody who watches the broadcast stream gets them too.</summary>
    public bool Broadcast { get; init; }

    /// <summary>Checks the ids.</summary>
    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    internal void Check()
    {
        if (SessionId is not null) EventRules.CheckSessionId("session_id", SessionId);
        Require("run_id", RunId is null || EventRules.IsId(RunId), EventRules.IdRule);
        Require("project_id", ProjectId is null || EventRules.IsId(ProjectId), EventRules.IdRule);
        Require("execution_id", ExecutionId is not "" && ExecutionId?.Length is null or <= EventLimits.MaxMemberLength, $"must be 1 to {EventLimits.MaxMemberLength} characters.");
        Require("class", Class is not "" && Class?.Length is null or <= EventLimits.MaxMemberLength, $"must be 1 to {EventLimits.MaxMemberLength} characters.");
    }

    private static void Require(string name, bool holds, string rule)
    {
        if (!holds) throw new EventRejectedException(name, rule);
    }
}
