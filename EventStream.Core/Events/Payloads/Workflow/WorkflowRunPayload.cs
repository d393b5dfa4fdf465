namespace EventStream.Events.Payloads;

/// <summary>What the events about the run of a workflow have in common. None of them ends the run for good: see <see cref="RunCompleted"/>.</summary>
public abstract record WorkflowRunPayload : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The workflow.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>What it said last.</summary>
    public string? LastMessage { get; init; }

    /// <summary>When it began, as its source wrote it.</summary>
    public string? StartedAt { get; init; }

    /// <summary>When it ended, as its source wrote it.</summary>
    public string? FinishedAt { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? ErrorMessage { get; init; }
}
