namespace EventStream.Bus;

/// <summary>What a <see cref="StreamKey"/> names.</summary>
public enum StreamKind
{
    /// <summary>A conversation with agents.</summary>
    Session,

    /// <summary>All events of a project.</summary>
    Project,

    /// <summary>All events that are broadcast.</summary>
    Broadcast,
}
