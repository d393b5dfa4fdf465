using EventStream.Api.OpenApi;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Argos;

/// <summary>The addresses that frontends of Argos know, with the frames that they read.</summary>
internal static class ArgosEndpoints
{
    private static readonly (string Pattern, EntityKind Kind)[] Kinds =
        [("/ingest/{id}", EntityKind.IngestJob), ("/agent-runs/{id}", EntityKind.AgentRun), ("/workflows/{id}", EntityKind.WorkflowRun)];

    public static void MapArgosStreams(this IEndpointRouteBuilder routes)
    {
        foreach (var (pattern, kind) in Kinds)
        {
            routes.MapGet($"{pattern}/events", (string projectId, string id, HttpContext context, StreamHandler streams) =>
                streams.SendAsync(context, () => RequestFor(kind, projectId, id, context.Request)))
                .Describes($"Stream {kind.Name}s as Argos does", "Server-Sent Events")
                .DescribesLastEventIdHeader()
                .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
                .Produces(StatusCodes.Status204NoContent)
                .ProducesProblem(StatusCodes.Status400BadRequest)
                .ProducesProblem(StatusCodes.Status404NotFound);
            routes.MapMethods(pattern, StreamEndpoints.Handshakes, (string projectId, string id, HttpContext context, StreamHandler streams) =>
                streams.SendOverWebSocketAsync(context, () => RequestFor(kind, projectId, id, context.Request)))
                .Describes($"Stream {kind.Name}s as Argos does, over WebSocket", "Text messages")
                .Produces(StatusCodes.Status101SwitchingProtocols)
                .ProducesProblem(StatusCodes.Status403Forbidden)
                .ProducesProblem(StatusCodes.Status426UpgradeRequired);
        }
    }

    /// <exception cref="EventRejectedException">An id breaks the rule for ids.</exception>
    private static StreamRequest RequestFor(EntityKind kind, string projectId, string id, HttpRequest request)
    {
        EventRules.CheckProjectId("project_id", projectId);
        EventRules.CheckSessionId("id", id);
        return new StreamRequest
        {
            Stream = StreamKey.Session(id),
            From = StartFrom.Parse(request.Headers, request.Query) with { Earliest = true },
            Filter = EventFilter.All,
            Close = CloseMode.Never,
            HeartbeatEvents = false,
            Dialect = DialectCatalogue.Argos,
            Entity = new WatchedEntity(projectId, id, kind),
        };
    }

    private static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, string summary, string how) => route
        .WithSummary(summary)
        .WithDescription($"{how} of Argos' own shape, {{type, timestamp, job|run|step|message|nodeState}}, from the first that is held, until the last. "
            + "Reads the session that bears this id; 404, over WebSocket close code 1008, when no event of it names the project, or all are of something else.")
        .DescribesLastEventId();
}
