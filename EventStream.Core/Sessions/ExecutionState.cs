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

    /// <summary>Why it stopped, as far as its statuses said.</summary>
    public string? StopReason { get; init; }

    /// <summary>What went wrong last, in words; the beginning when those are many.</summary>
    public string? Error { get; init; }

    /// <summary>How many executions began before it.</summary>
    public required long Number { get; init; }
}
