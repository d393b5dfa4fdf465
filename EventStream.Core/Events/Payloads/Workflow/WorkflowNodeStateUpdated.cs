namespace EventStream.Events.Payloads;

/// <summary>A node of a workflow came into another state.</summary>
public sealed record WorkflowNodeStateUpdated : CanonicalPayload
{
    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The run that this is about.</summary>
    public string? RunId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>How far it is, 0 to 1; it may go back.</summary>
    public double? Progress { get; init; }

    /// <summary>What the node says of itself.</summary>
    public IReadOnlyList<string>? Messages { get; init; }

    /// <summary>When it began, as its source wrote it.</summary>
    public string? StartedAt { get; init; }

    /// <summary>When it ended, as its source wrote it.</summary>
    public string? CompletedAt { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? Error { get; init; }
}
