using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Names a stream that clients can subscribe to. Each stream has its own log, cursor and feed.</summary>
/// <param name="Kind">What the id names.</param>
/// <param name="Id">The session, project or agent; <c>all</c> for broadcast.</param>
public readonly record struct StreamKey(StreamKind Kind, string Id)
{
    /// <summary>The stream of all broadcast events.</summary>
    public static StreamKey Broadcast { get; } = new(StreamKind.Broadcast, "all");

    /// <summary>The stream of a session.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    /// <param name="sessionId">The session's id: 1 to 128 characters.</param>
    public static StreamKey Session(string sessionId)
    {
        EventRules.CheckSessionId("session_id", sessionId);
        return new StreamKey(StreamKind.Session, sessionId);
    }

    /// <summary>The stream of all events of a project.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    /// <param name="projectId">The project's id: 1 to 128 characters.</param>
    public static StreamKey Project(string projectId)
    {
        EventRules.CheckProjectId("project_id", projectId);
        return new StreamKey(StreamKind.Project, projectId);
    }

    /// <summary>The stream of all commands for an agent.</summary>
    /// <exception cref="EventRejectedException">The name breaks the rule for ids.</exception>
    /// <param name="name">The agent's id: 1 to 128 characters.</param>
    public static StreamKey Agent(string name)
    {
        if (!EventRules.IsId(name)) throw new EventRejectedException("agent", $"is '{EventRejectedException.Shown(name)}', which {EventRules.IdRule}.");
        return new StreamKey(StreamKind.Agent, name);
    }

    /// <summary>The session of the stream; null when the stream isn't a session's.</summary>
    internal string? SessionId => Kind == StreamKind.Session ? Id : null;

    /// <summary>The project of the stream; null when the stream isn't a project's.</summary>
    internal string? ProjectId => Kind == StreamKind.Project ? Id : null;

    /// <summary>Whether its log remembers ended runs. Only a session's does: run ids are unique within a session alone.</summary>
    internal bool HasRuns => Kind == StreamKind.Session;

    /// <summary>Whether an event can end or delete the stream.</summary>
    internal bool CanEnd => Kind == StreamKind.Session;

    /// <summary>Whether the stream is listed among the recent sessions.</summary>
    internal bool IsListed => Kind == StreamKind.Session;

    /// <summary>Whether clients can publish to the stream by its address; the server relays events to the others.</summary>
    internal bool TakesPublishers => Kind == StreamKind.Session;

    /// <summary>Whether its events are relayed to projects, agents and broadcast.</summary>
    internal bool IsRelayed => Kind is StreamKind.Session or StreamKind.Broadcast;

    /// <summary>The key by which the stream's log recognises a repeated event. On streams of many sessions it includes the session, since sessions may use the same ids.</summary>
    internal string KeyOf(Event candidate) => Kind == StreamKind.Session ? candidate.EventId : $"{candidate.SessionId}/{candidate.EventId}";

    /// <summary>Whether an event is refused when another publisher has used its id. The other streams store it: its session has taken it as an event of its own.</summary>
    internal bool RefusesTakenIds => Kind == StreamKind.Session;

    /// <summary>The part of the stream's name before the id: <c>session</c>, <c>project</c>, <c>agent</c>, <c>broadcast</c>.</summary>
    internal string KindName => Kind switch
    {
        StreamKind.Session => "session",
        StreamKind.Project => "project",
        StreamKind.Agent => "agent",
        _ => "broadcast",
    };

    /// <summary>The stream's name, which is also its Redis channel: <c>session:abc</c>, <c>project:p1</c>, <c>agent:planner</c>, <c>broadcast:all</c>.</summary>
    public override string ToString() => $"{KindName}:{Id}";
}
