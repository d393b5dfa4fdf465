namespace EventStream.Sessions;

/// <summary>What is known of an execution: one pass of an agent through a session, in vocabularies that know it.</summary>
internal sealed record ExecutionState
{
    /// <summary>The most characters of a text about it that are kept.</summary>
    public const int MaxTextLength = 1000;

    /// <summary>Its newest status, lower case; empty before the first.</summary>
    public string Status { get; init; } = "";

    /// <summary>The number of the step it is in; null outside of steps.</summary>
    public long? Step { get; init; }

    /// <summary>The number of the step that ended last; null before the first.</summary>
    public long? LastStep { get; init; }

    /// <summary>Why it stopped, if a status gave a reason.</summary>
    public string? StopReason { get; init; }

    /// <summary>The newest error message, cut to <see cref="MaxTextLength"/>.</summary>
    public string? Error { get; init; }

    /// <summary>The message that ended last in it; null before the first.</summary>
    public string? LastMessage { get; init; }

    /// <summary>How many executions began before it.</summary>
    public required long Number { get; init; }
}
