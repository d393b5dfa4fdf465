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
        var project = routes.MapTagged("/projects/{projectId}/events", "Projects");
        project.MapProjectStream();
        project.MapProjectHistory();
        var broadcast = routes.MapTagged("/broadcast/events", "Broadcast");
        broadcast.MapBroadcastStream();
        broadcast.MapBroadcastHistory();
        routes.MapTagged("/ws", "WebSocket").MapWebSockets();
        routes.MapTagged("/api/stream/projects/{projectId}", "Argos").MapArgosStreams();
        routes.MapTagged("", "Inspector").MapInspector();
    }

    private static RouteGroupBuilder MapSessions(this IEndpointRouteBuilder routes, string prefix)
    {
        var events = routes.MapTagged(prefix, "Events");
        events.MapSessionStream().ShowsInspector();
        events.MapPublishing();
        events.MapSessionHistory();
        return events;
    }

    private static RouteGroupBuilder MapTagged(this IEndpointRouteBuilder routes, string prefix, string tag) =>
        routes.MapGroup(prefix).WithTags(tag).AddEndpointFilter<ProblemFilter>();
}
