using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>A question of an agent whether it may call a tool.</summary>
/// <param name="Id">Its <c>approval_id</c>: agents use one again, each run.</param>
/// <param name="RunId">The run that waits.</param>
/// <param name="Number">How many were asked before it.</param>
internal sealed record Approval(string Id, string RunId, long Number)
{
    /// <summary>The most characters of the arguments' JSON that are kept; what is longer is left out.</summary>
    public const int MaxArgsLength = 4096;

    /// <summary>The most characters of the reason that are kept.</summary>
    public const int MaxReasonLength = 1000;

    /// <summary>Where the question stands in the log.</summary>
    public Cursor AskedAt { get; init; }

    /// <summary>The call, when known.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The tool, when known.</summary>
    public string? ToolName { get; init; }

    /// <summary>The arguments of the call, as JSON; null when there are none, or they are too long.</summary>
    public string? Args { get; init; }

    /// <summary>Whether there are arguments that are too long.</summary>
    public bool LacksArgs { get; init; }

    /// <summary>Why it asks.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asks, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>The answer; null while there is none.</summary>
    public bool? Approved { get; init; }

    /// <summary>Who answered, when known.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>What the client that answered calls the run from there on.</summary>
    public string? ContinuedAs { get; init; }
}
