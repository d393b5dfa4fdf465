namespace EventStream.Sessions.Snapshots;

/// <summary>A question of a run that waits for an answer.</summary>
public sealed record ApprovalSnapshot
{
    /// <summary>Its id, by which it is answered.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>The run that waits.</summary>
    public required string RunId { get; init; }

    /// <summary>The call that it is about, when known.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The tool, when known.</summary>
    public string? ToolName { get; init; }
}
