using System.Text.Json;

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

    /// <summary>The arguments of the call; null when there are none, or they take more than 4,096 characters.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>True when there are arguments that are too long for here; the question itself, in the log, has them.</summary>
    public bool? ArgsTruncated { get; init; }

    /// <summary>Why it asks; its first 1,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asks, when known.</summary>
    public string? Agent { get; init; }

    internal static ApprovalSnapshot Of(Approval asked) => new()
    {
        ApprovalId = asked.Id,
        RunId = asked.RunId,
        ToolCallId = asked.ToolCallId,
        ToolName = asked.ToolName,
        Args = asked.Args is { } args ? JsonElement.Parse(args) : null,
        ArgsTruncated = asked.LacksArgs ? true : null,
        Reason = asked.Reason,
        Agent = asked.Agent,
    };
}
