using EventStream.Events;

namespace EventStream.Bus;

/// <summary>What a request adds to its native events. It fills in what they lack; the session replaces theirs.</summary>
public sealed record IngestContext
{
    /// <summary>The session that the events are published to.</summary>
    public string? SessionId { get; init; }

    /// <summary>The run that the events belong to.</summary>
    public string? RunId { get; init; }

    /// <summary>The project that the events belong to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The execution that the events belong to.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>The class of raw events whose JSON doesn't name it.</summary>
    public string? Class { get; init; }

    /// <summary>Whether the events go to the broadcast stream too.</summary>
    public bool Broadcast { get; init; }

    /// <summary>What the event before it in the same body belongs to.</summary>
    internal NativeStream? Stream { get; init; }

    /// <summary>Checks the ids.</summary>
    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    internal void Check()
    {
        if (SessionId is not null) EventRules.CheckSessionId(EnvelopeMember.SessionId.Name, SessionId);
        EnvelopeMember.RunId.Check(RunId, EnvelopeMember.RunId.Name);
        EnvelopeMember.ProjectId.Check(ProjectId, EnvelopeMember.ProjectId.Name);
        CheckText(EnvelopeMember.ExecutionId.Name, ExecutionId);
        CheckText("class", Class);
    }

    private static void CheckText(string name, string? text)
    {
        if (text is not null && !MemberRule.Text.IsKept(text)) throw new EventRejectedException(name, $"must be 1 to {EventLimits.MaxMemberLength} characters.");
    }
}
