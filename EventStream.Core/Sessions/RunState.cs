using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>What is known of a run.</summary>
/// <param name="LastType">The type of its newest run event, such as <c>run_started</c>.</param>
/// <param name="Agent">The run's agent, when known.</param>
/// <param name="Number">How many runs began before it.</param>
/// <param name="Response">The response of a model that it is about; null when it is about none, or waits for the next one.</param>
internal readonly record struct RunState(string LastType, string? Agent, long Number, ResponseState? Response = null)
{
    /// <summary>The project that its events name, when they do.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The run that asked for it, when its events name one.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>The call of a tool of that run which it serves, when its events name one.</summary>
    public string? ParentToolCallId { get; init; }

    /// <summary>What the client that asked for it calls the conversation; null when it didn't say.</summary>
    public string? ThreadId { get; init; }

    /// <summary>When its first event was made.</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>When its terminal event was made; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The kind of error that it failed with, such as <c>lost</c>.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Whether it told an error.</summary>
    public bool HasErred { get; init; }

    /// <summary>Where it stands, in a word: <c>requested</c>, <c>created</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string Status => IsWaiting ? "requested" : IsEnded || LastType == "run_created" ? LastType["run_".Length..] : "running";

    /// <summary>Whether it was asked for, and nobody has started it.</summary>
    public bool IsWaiting => EventCatalogue.RoleOf(LastType) == EventRole.RequestsRun;

    /// <summary>Whether it had its terminal event.</summary>
    public bool IsEnded => EventCatalogue.RoleOf(LastType) == EventRole.EndsRun;
}
