using System.Collections.Frozen;
using EventStream.Api.OpenApi;
using EventStream.Api.Streaming;
using EventStream.Bus;

namespace EventStream.Api.Argos;

/// <summary>The addresses that frontends of Argos know, with the frames that they read.</summary>
internal static class ArgosEndpoints
{
    private static readonly (string Pattern, string What, FrozenSet<string> EndTypes)[] Kinds =
    [
        ("/ingest/{id}", "an ingest job", ["ingest_job_completed", "ingest_job_failed", "ingest_job_cancelled"]),
        ("/agent-runs/{id}", "an agent run", ["run_completed", "run_failed", "run_cancelled"]),
        ("/workflows/{id}", "a workflow run", ["workflow_run_completed", "workflow_run_failed", "workflow_run_cancelled"]),
    ];

    public static void MapArgosStreams(this IEndpointRouteBuilder routes)
    {
        foreach (var (pattern, what, endTypes) in Kinds)
        {
            routes.MapGet($"{pattern}/events", (string projectId, string id, HttpContext context, IEventBus bus, Streams streams) =>
                streams.SendAsync(context, () => new ArgosStream(bus, projectId, id, endTypes, what).RequestAsync(context)))
                .Describes($"Stream {what} as Argos does", "Server-Sent Events")
                .DescribesHeader("Last-Event-ID", "Go on after this cursor; browsers send it when they reconnect.")
                .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
                .Produces(StatusCodes.Status204NoContent);
            routes.MapMethods(pattern, StreamEndpoints.Handshakes, (string projectId, string id, HttpContext context, IEventBus bus, Streams streams) =>
                streams.SendOverWebSocketAsync(context, () => new ArgosStream(bus, projectId, id, endTypes, what).RequestAsync(context)))
                .Describes($"Stream {what} as Argos does, over WebSocket", "Text messages")
                .Produces(StatusCodes.Status101SwitchingProtocols);
        }
    }

    private static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, string summary, string how) => route
        .WithSummary(summary)
        .WithDescription($"{how} of Argos' own shape, {{type, timestamp, job|run|step|message|nodeState}}, from the first that is held, until the last. "
            + "Reads the session that bears this id; 404, over WebSocket close code 1008, when no event of it names the project.")
        .DescribesQuery("last_event_id", "Go on after this cursor, for clients that can't set headers.")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
