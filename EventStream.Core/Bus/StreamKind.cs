namespace EventStream.Bus;

/// <summary>The kind of a stream.</summary>
public enum StreamKind
{
    /// <summary>A conversation with agents.</summary>
    Session,

    /// <summary>All events of a project.</summary>
    Project,

    /// <summary>All broadcast events.</summary>
    Broadcast,

    /// <summary>All commands for an agent.</summary>
    Agent,
}
