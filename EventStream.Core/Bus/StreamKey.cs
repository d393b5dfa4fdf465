using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Names what can be subscribed to. Each stream has its own log, cursor and feed.</summary>
/// <param name="Kind">What the id names.</param>
/// <param name="Id">The session or project; <c>all</c> for broadcast.</param>
public readonly record struct StreamKey(StreamKind Kind, string Id)
{
    /// <summary>The stream of everything that is broadcast.</summary>
    public static StreamKey Broadcast { get; } = new(StreamKind.Broadcast, "all");

    /// <summary>The stream of a session.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static StreamKey Session(string sessionId)
    {
        EventRules.CheckSessionId("session_id", sessionId);
        return new StreamKey(StreamKind.Session, sessionId);
    }

    /// <summary>The stream of all events of a project.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static StreamKey Project(string projectId)
    {
        EventRules.CheckProjectId("project_id", projectId);
        return new StreamKey(StreamKind.Project, projectId);
    }

    /// <summary>The project whose stream it is; null when it isn't one.</summary>
    internal string? ProjectId => Kind == StreamKind.Project ? Id : null;

    /// <summary>What stands before the id in the stream's name: <c>session</c>, <c>project</c>, <c>broadcast</c>.</summary>
    internal string KindName => Kind switch
    {
        StreamKind.Session => "session",
        StreamKind.Project => "project",
        _ => "broadcast",
    };

    /// <summary>The stream's name, which is also its Redis channel: <c>session:abc</c>, <c>project:p1</c>, <c>broadcast:all</c>.</summary>
    public override string ToString() => $"{KindName}:{Id}";
}
