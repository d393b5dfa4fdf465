namespace EventStream.Sessions.Snapshots;

/// <summary>A tool call that has no result yet.</summary>
public sealed record ToolCallSnapshot
{
    /// <summary>Its id.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The tool.</summary>
    public required string ToolName { get; init; }

    /// <summary>Who called it, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its run, when it has one.</summary>
    public string? RunId { get; init; }
}
