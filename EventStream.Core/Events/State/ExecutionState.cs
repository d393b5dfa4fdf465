namespace EventStream.Events.State;

/// <summary>What is known of an execution: one pass of an agent through a session, in vocabularies that know it.</summary>
internal sealed record ExecutionState
{
    /// <summary>Its newest status, lower case; empty before the first.</summary>
    public string Status { get; init; } = "";

    /// <summary>The number of the step it is in; null outside of steps.</summary>
    public long? Step { get; init; }

    /// <summary>How many executions began before it.</summary>
    public required long Number { get; init; }
}
