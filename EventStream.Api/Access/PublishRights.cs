using EventStream.Api.Access.Grants;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;

namespace EventStream.Api.Access;

/// <summary>Checks where events really go: to the projects that they name and to broadcast too.</summary>
internal static class PublishRights
{
    /// <exception cref="AccessDeniedException">The caller lacks the grant for one of the streams.</exception>
    public static void Require(Caller caller, IReadOnlyList<Event> events, bool broadcast)
    {
        if (ReferenceEquals(caller, Caller.Anyone)) return;
        if (broadcast) AccessDeniedException.Require(caller, GrantAction.Publish, StreamKey.Broadcast);
        string? last = null;
        foreach (var candidate in events)
        {
            RequireAdminToDelete(caller, candidate);
            RequireToCommand(caller, candidate);
            if (candidate.ProjectId is null || candidate.ProjectId == last) continue;
            last = candidate.ProjectId;
            AccessDeniedException.Require(caller, GrantAction.Publish, StreamKey.Project(last));
        }
    }

    /// <summary>What native events became may delete their session.</summary>
    /// <exception cref="EventRejectedException">The caller lacks the grant. It says for which event.</exception>
    public static void RequireAdminToDelete(Caller caller, IReadOnlyList<Event> events)
    {
        if (ReferenceEquals(caller, Caller.Anyone)) return;
        for (var i = 0; i < events.Count; i++)
        {
            try
            {
                RequireAdminToDelete(caller, events[i]);
            }
            catch (AccessDeniedException e)
            {
                throw e.OfItem(i);
            }
        }
    }

    /// <summary>The items of a request may go where their native events say.</summary>
    /// <exception cref="EventRejectedException">The caller lacks the grant for one of the streams. It says for which item.</exception>
    public static void Require(Caller caller, IReadOnlyList<IReadOnlyList<NativeEvent>> items, bool broadcast)
    {
        for (var i = 0; i < items.Count; i++)
        {
            try
            {
                Require(caller, items[i], broadcast);
            }
            catch (AccessDeniedException e)
            {
                throw e.OfItem(i);
            }
        }
    }

    /// <summary>Native events say themselves which session they are for.</summary>
    /// <exception cref="AccessDeniedException">The caller lacks the grant for one of the streams.</exception>
    public static void Require(Caller caller, IReadOnlyList<NativeEvent> natives, bool broadcast)
    {
        if (ReferenceEquals(caller, Caller.Anyone)) return;
        if (broadcast) AccessDeniedException.Require(caller, GrantAction.Publish, StreamKey.Broadcast);
        foreach (var native in natives)
        {
            AccessDeniedException.Require(caller, GrantAction.Publish, native.SessionId is { } session ? StreamKey.Session(session) : StreamKey.Broadcast);
            if (native.ProjectId is { } project) AccessDeniedException.Require(caller, GrantAction.Publish, StreamKey.Project(project));
        }
    }

    private static void RequireAdminToDelete(Caller caller, Event candidate)
    {
        if (EventCatalogue.Find(candidate.Type)?.Role == EventRole.DeletesSession) AccessDeniedException.Require(caller, GrantAction.Admin, StreamKey.Session(candidate.SessionId));
    }

    private static void RequireToCommand(Caller caller, Event candidate)
    {
        if (!EventCatalogue.IsCommand(candidate.Type)) return;
        AccessDeniedException.Require(caller, GrantAction.Command, StreamKey.Session(candidate.SessionId));
        if (Relays.AgentOf(candidate) is { } agent) AccessDeniedException.Require(caller, GrantAction.Command, StreamKey.Agent(agent));
    }
}
