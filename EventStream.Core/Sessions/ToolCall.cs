using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>A tool call that was started, or whose result came first.</summary>
internal sealed record ToolCall
{
    /// <summary>Its <c>tool_call_id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The id that its source gave it, where another call of the session has that id; null where it is <see cref="Id"/>.</summary>
    public string? SourceId { get; init; }

    /// <summary>How many were started before it.</summary>
    public required long Number { get; init; }

    /// <summary>The tool.</summary>
    public required string Name { get; init; }

    /// <summary>Its arguments; null while they aren't known.</summary>
    public ToolValue? Args { get; init; }

    /// <summary>Whether its start came; its result, or pieces of its arguments and its progress, may come before.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Where it stands in the model's response, as the source says; null when it doesn't.</summary>
    public string? Part { get; init; }

    /// <summary>Whether the model's provider runs the tool.</summary>
    public bool IsProviders { get; init; }

    /// <summary>Whether the end of its arguments was told.</summary>
    public bool HasAllArgs { get; init; }

    /// <summary>How it ended; null while it is open.</summary>
    public ToolValue? Outcome { get; init; }

    /// <summary>Whether its result came.</summary>
    public bool HasResult => Outcome is not null;

    /// <summary>Whether only the end of its run or session ended it: its own result may still come.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>The native name of the event that started it; null while its start hasn't come.</summary>
    public string? StartedAs { get; init; }

    /// <summary>When it ended, if that came before its start.</summary>
    public DateTimeOffset? EndedEarlyAt { get; init; }

    /// <summary>The agent that called it, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its run, when it has one.</summary>
    public string? RunId { get; init; }

    /// <summary>Its execution, when it has one.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>Its project, when it has one.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Its run, else its execution; null when it has neither.</summary>
    public string? Scope => RunId ?? ExecutionId;

    /// <summary>Whether a start with these arguments tells of this call. When its result is there, other arguments or another run begin a new call.</summary>
    public bool IsStartedBy(ToolValue args, string? scope) => MayBeIn(scope) && (!HasResult || Args is not { } known || known.IsSame(args));

    /// <summary>Whether it may be a call of that tool: it is, or one of the two names isn't known.</summary>
    public bool MayBeNamed(string name) => name is "" or "unknown" || Name is "" or "unknown" || IsNamed(name);

    /// <summary>Whether its name may be the beginning of that one: some sources tell names in pieces.</summary>
    public bool MayGrowTo(string name) => name.StartsWith(Name, StringComparison.Ordinal);

    /// <summary>Whether that agent may have called it: it did, or one of the two isn't named.</summary>
    public bool MayBeOf(string? agent) => AgentNames.MayBeOne(Agent, agent);

    /// <summary>Whether it may have these arguments. Empty ones may be those that weren't told.</summary>
    public bool MayHave(ToolValue? args) =>
        args is not { } said || Args is not { } known || said == ToolValue.None || known == ToolValue.None || known.IsSame(said);

    /// <summary>Whether it may have ended so: it did, or its result hasn't come.</summary>
    public bool MayHaveEndedWith(ToolValue outcome) => IsCancelled || Outcome is not { } known || known.IsSame(outcome);

    /// <summary>Whether it is a call of that tool.</summary>
    public bool IsNamed(string name) => Name == Wtf8.Beginning(name, SessionState.MaxIdLength);

    /// <summary>Whether it may be in that run or execution: it is, or one of the two isn't known.</summary>
    public bool MayBeIn(string? scope) => Scope is null || scope is null || Scope == scope;
}
