using EventStream.Api.OpenApi;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Argos;

/// <summary>The streams that frontends of Argos know, with the frames that they read.</summary>
/// <param name="kind">What is watched.</param>
internal sealed class ArgosStream(EntityKind kind)
{
    public static readonly ArgosStream IngestJobs = new(EntityKind.IngestJob);
    public static readonly ArgosStream AgentRuns = new(EntityKind.AgentRun);
    public static readonly ArgosStream WorkflowRuns = new(EntityKind.WorkflowRun);

    /// <summary>The session that bears the job's or run's id.</summary>
    /// <exception cref="EventRejectedException">An id breaks the rule for ids.</exception>
    public static StreamKey Key(RouteValueDictionary path)
    {
        var id = (string)path["id"]!;
        EventRules.CheckProjectId("project_id", (string)path["projectId"]!);
        EventRules.CheckSessionId("id", id);
        return StreamKey.Session(id);
    }

    public StreamRequest Parse(StreamKey stream, Transport transport, HttpRequest request) => new()
    {
        Stream = stream,
        From = StartQuery.Parse(request.Headers, request.Query) with { IsEarliest = true },
        Filter = EventFilter.All,
        Close = CloseMode.Never,
        HeartbeatEvents = false,
        Dialect = DialectCatalogue.Argos,
        Entity = new WatchedEntity((string)request.RouteValues["projectId"]!, stream.Id, kind),
    };

    public void Describe(RouteHandlerBuilder route, Transport transport)
    {
        if (transport == Transport.Sse)
            Describe(route, $"Stream {kind.Name}s as Argos does", "Server-Sent Events")
                .DescribesLastEventIdHeader()
                .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
                .Produces(StatusCodes.Status204NoContent)
                .ProducesProblem(StatusCodes.Status400BadRequest)
                .ProducesProblem(StatusCodes.Status404NotFound);
        else
            Describe(route, $"Stream {kind.Name}s as Argos does, over WebSocket", "Text messages")
                .Produces(StatusCodes.Status101SwitchingProtocols)
                .ProducesProblem(StatusCodes.Status403Forbidden)
                .ProducesProblem(StatusCodes.Status426UpgradeRequired);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string summary, string how) => route
        .WithTags("Argos")
        .WithSummary(summary)
        .WithDescription($"{how} of Argos' own shape, {{type, timestamp, job|run|step|message|nodeState}}, from the first that is held, until the last. "
            + "Reads the session that bears this id; 404, over WebSocket close code 1008, when no event of it names the project, or all are of something else.")
        .DescribesLastEventId();
}
