namespace EventStream.Sessions;

/// <summary>A tool call that was started.</summary>
internal sealed record ToolCall
{
    /// <summary>Its <c>tool_call_id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>How many were started before it.</summary>
    public required long Number { get; init; }

    /// <summary>The tool.</summary>
    public required string Name { get; init; }

    /// <summary>A digest of its arguments: equal for equal JSON text.</summary>
    public ulong ArgsDigest { get; init; }

    /// <summary>Whether its result came.</summary>
    public bool HasResult { get; init; }

    /// <summary>The agent that called it, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its run, when it has one.</summary>
    public string? RunId { get; init; }

    /// <summary>Its execution, when it has one.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>Its project, when it has one.</summary>
    public string? ProjectId { get; init; }
}
