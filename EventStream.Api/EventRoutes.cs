using EventStream.Api.History;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming;

namespace EventStream.Api;

/// <summary>Everything about a session, under one prefix.</summary>
internal static class EventRoutes
{
    public static RouteGroupBuilder MapEvents(this IEndpointRouteBuilder routes, string prefix)
    {
        var events = routes.MapGroup(prefix).WithTags("Events").AddEndpointFilter<ProblemFilter>();
        events.MapStreams();
        events.MapPublishing();
        events.MapHistory();
        return events;
    }
}
