namespace EventStream.Sessions.Snapshots;

/// <summary>A run of a session.</summary>
public sealed record RunSnapshot
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary><c>requested</c>, <c>created</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its agent, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its project, when it has one.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The run that asked for it, when it is known.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>The call of a tool of that run which it serves, when it is known.</summary>
    public string? ParentToolCallId { get; init; }

    /// <summary>When its first event was made.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When its terminal event was made; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The kind of error that it failed with, such as <c>lost</c>.</summary>
    public string? ErrorType { get; init; }

    internal static RunSnapshot Of(string id, RunState run) => new()
    {
        RunId = id,
        Status = run.Status,
        Agent = run.Agent,
        ProjectId = run.ProjectId,
        ParentRunId = run.ParentRunId,
        ParentToolCallId = run.ParentToolCallId,
        BeganAt = run.BeganAt,
        EndedAt = run.EndedAt,
        ErrorType = run.ErrorType,
    };
}
