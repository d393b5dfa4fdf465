namespace EventStream.Bus;

/// <summary>What the bus did with an event.</summary>
public enum AppendOutcome
{
    /// <summary>The event is in the log now.</summary>
    Stored,

    /// <summary>The event was in the log already; nothing was appended.</summary>
    Duplicate,

    /// <summary>The event's run had ended; nothing was appended.</summary>
    RunEnded,

    /// <summary>The event claims a run that was started before, or belongs to it; nothing was appended.</summary>
    RunTaken,
}
