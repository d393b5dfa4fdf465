namespace EventStream.Events.Payloads;

/// <summary>The state that a run leaves behind was stored, just before the run completes.</summary>
public sealed record SnapshotCommitted : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The new snapshot.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>The snapshot that it grew from.</summary>
    public string? ParentSessionId { get; init; }
}
