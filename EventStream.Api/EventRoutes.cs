using EventStream.Api.Argos;
using EventStream.Api.History;
using EventStream.Api.Inspector;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming;

namespace EventStream.Api;

/// <summary>Everything that can be watched: sessions, projects, broadcast, and the same under the addresses of others.</summary>
internal static class EventRoutes
{
    public static void MapEventRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapSessions("/events");
        routes.MapSessions("/api/events").ExcludeFromDescription();
        routes.MapStreams("/projects/{projectId}/events", "Projects").MapProjectStream();
        routes.MapTagged("/projects/{projectId}/events", "Projects").MapProjectHistory();
        routes.MapStreams("/broadcast/events", "Broadcast").MapBroadcastStream();
        routes.MapTagged("/broadcast/events", "Broadcast").MapBroadcastHistory();
        routes.MapTagged("/ws", "WebSocket").MapWebSockets();
        routes.MapTagged("/api/stream/projects/{projectId}", "Argos").MapArgosStreams();
        routes.MapTagged("", "Inspector").MapInspector();
    }

    private static RouteGroupBuilder MapSessions(this IEndpointRouteBuilder routes, string prefix)
    {
        var sessions = routes.MapGroup("");
        sessions.MapStreams(prefix, "Events").MapSessionStream().ShowsInspector();
        var events = sessions.MapTagged(prefix, "Events");
        events.MapPublishing();
        events.MapSessionHistory();
        return sessions;
    }

    // What stands around a handler waits as long as a stream does: a stream has nothing around it.
    private static RouteGroupBuilder MapStreams(this IEndpointRouteBuilder routes, string prefix, string tag) =>
        routes.MapGroup(prefix).WithTags(tag).WithMetadata(StreamRoute.Instance);

    private static RouteGroupBuilder MapTagged(this IEndpointRouteBuilder routes, string prefix, string tag) =>
        routes.MapGroup(prefix).WithTags(tag).AddEndpointFilter<ProblemFilter>();
}
