using System.Globalization;
using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.Agents;
using EventStream.Api.Agents.Posting;
using EventStream.Api.History;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.AiSdk;

/// <summary>The three addresses of a chat of the AI SDK: send, resume, stop. The chat is the session.</summary>
internal static class ChatEndpoints
{
    private const string StartName = "startIndex", TailHeader = "x-workflow-stream-tail-index";

    private const string StopExample = """{"assistantMessage":{"id":"run-1"}}""";

    public static void DescribePost(RouteHandlerBuilder route) => Describe(route)
        .WithSummary("Send a message of a chat of the AI SDK")
        .WithDescription($"`{ChatBody.Example}`. What `useChat` posts: the chat is the session. Publishes the user's messages that its log lacks and `run_requested`, in one batch, and streams the run in the UI message stream of the AI SDK until it ends or asks something. The same post again joins the run. Answered questions in the last message publish `tool_approval_answered` instead, and the same run is streamed on. Other members than id, messages, trigger and messageId are handed to the agent.")
        .AddOpenApiOperationTransformer((operation, context, cancellationToken) => CommandBodyDescription.TransformAsync(operation, ChatBody.Example))
        .DescribesQuery("agent", "Who shall run; Dialects:DefaultAgent when absent.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    public static void DescribeResume(RouteHandlerBuilder route) => Describe(route)
        .WithSummary("Resume the stream of a chat of the AI SDK")
        .WithDescription("What `useChat({resume: true})` asks: the newest run of the session that hasn't ended, from its first chunk. 204 when there is none. With an `x-workflow-run-id` in place of the chat, as `WorkflowChatTransport` asks: this run from the chunk `startIndex` on, also after its end; `error` and `finish` when the log has lost its start.")
        .DescribesQuery(StartName, "With a run: the number of the first chunk that is wanted, from 0, or -n for the last n.")
        .Produces(StatusCodes.Status204NoContent);

    public static void DescribeStop(RouteHandlerBuilder route) => route
        .WithSummary("Stop the run of a chat of the AI SDK")
        .WithDescription($"`{StopExample}`; the body may be absent. Publishes `run_interrupt_requested` for the run that the message belongs to, else for the newest of the session that hasn't ended. Answers `{{\"stopped\":false}}` when there is none. The run goes on until its terminal event.")
        .AddOpenApiOperationTransformer((operation, context, cancellationToken) => CommandBodyDescription.TransformAsync(operation, StopExample))
        .Produces<StoppedRun>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> PostAsync(HttpContext context, CallerOf callers, CallerLimits limits, BodyReader bodies, Chats chats, StreamHandler streams, IEventBus bus, HistoryPlaces places, DialectSettings settings, StopGrace stop, CancellationToken cancellationToken)
    {
        var dialect = AiSdkVersion.Parse(context.Request.Query);
        var body = await bodies.ParseAsync(context.Request, DialectSettings.MaxBodyBytes, ChatBody.Parse, stop.Ended);
        var agent = StreamKey.Agent(context.Request.Query["agent"].ToString() is { Length: > 0 } named ? named : settings.DefaultAgent);
        var path = ChatPath.OfChat(body.Id);
        var caller = CommandCaller.Of(context, path.Stream, callers, limits);
        var run = await chats.PostAsync(caller, body, agent.Id, cancellationToken);
        var request = StreamRequest.OfRun(path.Stream, run.RunId, dialect);
        path = path with { RunId = run.RunId };
        if (run.After is not { } after) return new RunStream(streams, path, request);
        request = request with { From = StartFrom.After(after) };
        if (run.IsNew) return new RunStream(streams, path, request);
        // The log is read, as a history is; who is refused posts again.
        using var place = await places.TakeAsync(cancellationToken);
        return place is null ? ProblemResults.TooManyHistories(context)
            : new RunStream(streams, path with { Chunk = (await RunChunks.ReadAsync(bus, path, dialect, after, cancellationToken)).Count }, request);
    }

    public static async Task<IResult> ResumeAsync(string id, HttpContext context, Chats chats, StreamHandler streams, IEventBus bus, HistoryPlaces places, CancellationToken cancellationToken)
    {
        var dialect = AiSdkVersion.Parse(context.Request.Query);
        var path = ChatPath.Parse(id);
        if (path.RunId is not null)
        {
            // The log is read, as a history is.
            using var place = await places.TakeAsync(cancellationToken);
            return place is null ? ProblemResults.TooManyHistories(context) : GoOn(context, path, dialect, streams, await RunChunks.ReadAsync(bus, path, dialect, upTo: null, cancellationToken));
        }
        return await chats.OpenRunAsync(path.Stream, cancellationToken) is { } run
            ? new RunStream(streams, path with { RunId = run }, StreamRequest.OfRun(path.Stream, run, dialect)) : TypedResults.NoContent();
    }

    /// <summary>Streams a run on for a client that counts its chunks.</summary>
    private static IResult GoOn(HttpContext context, ChatPath path, IDialect dialect, StreamHandler streams, RunChunks run)
    {
        var start = StartIndex(context.Request.Query);
        if (!run.IsWhole) return new ChatEnd(run.Count == 0 ? $"{path.Stream} holds nothing of run '{path.RunId}'." : $"{path.Stream} no longer holds the start of run '{path.RunId}'.");
        var known = Math.Max(0, run.Count - path.Chunk);
        context.Response.Headers[TailHeader] = (known - 1).ToString(CultureInfo.InvariantCulture);
        if (start < 0) start = Math.Max(0, known + start);
        if (start >= known && run.IsOver) return new ChatEnd(error: null);
        return new RunStream(streams, path, StreamRequest.OfRun(path.Stream, path.RunId!, DialectCatalogue.AiSdkBehind(dialect, path.Chunk + start)));
    }

    /// <exception cref="EventRejectedException">It is no whole number.</exception>
    private static long StartIndex(IQueryCollection query) => query[StartName].ToString() is not { Length: > 0 } text ? 0
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) && index is >= -int.MaxValue and <= int.MaxValue ? index
        : throw new EventRejectedException(StartName, $"is '{EventRejectedException.Shown(text)}'; it is the number of the first chunk that is wanted, from 0, or -n for the last n.");

    public static async Task<Ok<StoppedRun>> StopAsync(string id, HttpContext context, CallerOf callers, CallerLimits limits, BodyReader bodies, Chats chats, StopGrace stop, CancellationToken cancellationToken)
    {
        var json = await bodies.ParseAsync(context.Request, DialectSettings.MaxBodyBytes, body => body.Span.Trim(" \t\r\n"u8).IsEmpty ? default : WellFormedJson.ParseObject(body.Span, StopExample), stop.Ended);
        var path = ChatPath.Parse(id);
        var message = JsonText.Member(json, "assistantMessage") is { } said ? JsonText.MemberText(said, "id") : null;
        var caller = CommandCaller.Of(context, path.Stream, callers, limits);
        var run = await chats.StopAsync(caller, path.RunId ?? message, cancellationToken);
        return TypedResults.Ok(new StoppedRun(run is not null, run));
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route
        .DescribesQuery(AiSdkVersion.Name, "The version of the AI SDK: clients before 6 fail at the chunks for questions, so without it a question is a data part.", "5", "6", "7")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
