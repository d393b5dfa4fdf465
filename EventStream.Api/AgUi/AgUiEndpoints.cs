using EventStream.Api.Agents.Posting;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Listening;

namespace EventStream.Api.AgUi;

/// <summary>The address of a session for clients of AG-UI and TanStack AI.</summary>
internal static class AgUiEndpoints
{
    private const string Example = """{"threadId":"t1","runId":"r1","protocolVersion":"1.0","messages":[{"id":"m1","role":"user","content":"Is the web server up?"}],"tools":[],"context":[]}""";

    public static void AddAgUi(this IServiceCollection services)
    {
        services.AddSingleton<AgUiStreams>();
        services.AddSingleton<ThreadReader>();
    }

    public static void DescribePost(RouteHandlerBuilder route) => Describe(route, "Ask for a run with AG-UI, or join it",
            "RunAgentInput, at most 8 MiB. A new `runId` asks an agent for a run and streams it until it ends or waits for a person; a known one joins it: the messages so far, then what follows. `Last-Event-ID` goes on exactly behind that place. `resume` answers the questions of a run, which goes on under the posted `runId`; the input that a run waits for is given to the posted run.")
        .DescribesQuery("agent", "Who shall run; by default `Dialects:DefaultAgent`.")
        .DescribesLastEventIdHeader()
        .DescribesLastEventId()
        .AddOpenApiOperationTransformer((operation, context, cancellationToken) => CommandBodyDescription.TransformAsync(operation, Example))
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    public static void DescribeGet(RouteHandlerBuilder route) => Describe(route, "Watch a session with AG-UI",
            "With `runId`: that run, the messages so far, then what follows until it ends. With `threadId`: the conversation as JSON, `{messages, activeRun}` and, when that run waits, `interrupts`, in the form of TanStack AI. With neither: all runs from now on.")
        .DescribesQuery("runId", "The run to join.")
        .DescribesQuery("threadId", "Ask for the conversation as JSON.")
        .DescribesQuery("offset", "-1, or the id of the event to go on behind.")
        .DescribesQuery("from", "Without runId: where to start.", "live", "earliest")
        .DescribesLastEventIdHeader()
        .DescribesLastEventId()
        .ProducesProblem(StatusCodes.Status404NotFound);

    public static async Task<IResult> PostAsync(string sessionId, HttpContext context, BodyReader bodies, AgUiStreams runs, DialectSettings settings, StopGrace stop, CancellationToken cancellationToken)
    {
        var stream = StreamKey.Session(sessionId);
        var agent = context.Request.Query["agent"].ToString();
        try
        {
            var input = await bodies.ParseAsync(context.Request, DialectSettings.MaxBodyBytes, AgUiInput.Parse, stop.Ended);
            return await runs.RunAsync(context, stream, agent.Length > 0 ? agent : settings.DefaultAgent, input, cancellationToken);
        }
        catch (OperationCanceledException) when (stop.Ended.IsCancellationRequested)
        {
            return ProblemResults.Stopping(context);
        }
    }

    public static async Task<IResult> GetAsync(string sessionId, HttpContext context, AgUiStreams runs, ThreadReader threads, CancellationToken cancellationToken)
    {
        var (stream, query) = (StreamKey.Session(sessionId), context.Request.Query);
        if (query["runId"].ToString() is { Length: > 0 } run) return await runs.JoinAsync(context, stream, run, cancellationToken);
        if (query["threadId"].Count > 0)
            return await threads.ReadAsync(stream, cancellationToken) is { } thread ? TypedResults.Bytes(thread, "application/json") : ProblemResults.TooManyHistories(context);
        var (from, place) = (StartQuery.Parse(context.Request.Headers, query), AgUiStreams.PlaceOf(context.Request));
        return runs.Stream(new StreamRequest
        {
            Stream = stream,
            From = from.IsMalformed && place is { } known ? StartFrom.After(known.Start) : from,
            Filter = EventFilter.All,
            Close = CloseMode.Never,
            HeartbeatEvents = false,
            Dialect = DialectCatalogue.AgUi,
        });
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string summary, string description) => route
        .WithSummary(summary)
        .WithDescription(description)
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
