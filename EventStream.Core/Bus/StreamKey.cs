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

    /// <summary>The session whose stream it is; null when events of many sessions meet in it.</summary>
    internal string? SessionId => Kind == StreamKind.Session ? Id : null;

    /// <summary>The project whose stream it is; null when it isn't one.</summary>
    internal string? ProjectId => Kind == StreamKind.Project ? Id : null;

    /// <summary>Whether its log remembers which runs have ended. Sessions come and go elsewhere, so only theirs does.</summary>
    internal bool HasRuns => Kind == StreamKind.Session;

    /// <summary>Whether it ends or is deleted by an event.</summary>
    internal bool CanEnd => Kind == StreamKind.Session;

    /// <summary>Whether it is listed among the sessions that began last.</summary>
    internal bool IsListed => Kind == StreamKind.Session;

    /// <summary>Whether events can be published to it by their address; the others are relayed to by the server.</summary>
    internal bool TakesPublishers => Kind == StreamKind.Session;

    /// <summary>Whether events that it holds go on to projects and to broadcast.</summary>
    internal bool IsRelayed => Kind != StreamKind.Project;

    /// <summary>What an event is known by in its log: several sessions may use the same ids.</summary>
    internal string KeyOf(Event candidate) => Kind == StreamKind.Session ? candidate.EventId : $"{candidate.SessionId}/{candidate.EventId}";

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
