namespace EventStream.Events;

/// <summary>What an event does to its run or session.</summary>
public enum EventRole
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Opens a session, also one that had ended.</summary>
    StartsSession,

    /// <summary>Ends a session.</summary>
    EndsSession,

    /// <summary>Ends a session for good: its streams close in every mode.</summary>
    DeletesSession,

    /// <summary>Starts its run.</summary>
    StartsRun,

    /// <summary>Asks whoever runs a run for something.</summary>
    Command,

    /// <summary>Asks an agent for a run.</summary>
    RequestsRun,

    /// <summary>Terminal: ends its run.</summary>
    EndsRun,

    /// <summary>Written by the server into a stream, never logged and never filtered.</summary>
    Control,
}
