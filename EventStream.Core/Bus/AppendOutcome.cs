namespace EventStream.Bus;

/// <summary>What the bus did with an event.</summary>
public enum AppendOutcome
{
    /// <summary>It is in the log.</summary>
    Stored,

    /// <summary>It was in the log already; nothing was appended.</summary>
    Duplicate,

    /// <summary>Its run had ended; nothing was appended.</summary>
    RunEnded,
}
