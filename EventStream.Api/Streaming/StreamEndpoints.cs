using EventStream.Api.Cors;
using EventStream.Api.OpenApi;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Requests;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

internal static class StreamEndpoints
{
    private const string WhatComes = "The first frame is `session_stream_started`; every logged event carries its cursor as `id:`. "
        + "Starts after `Last-Event-ID` (header), else `last_event_id`, else from `from=earliest|live` (default live). ";

    // HTTP/2 opens a WebSocket by CONNECT.
    public static readonly string[] Handshakes = [HttpMethods.Get, HttpMethods.Connect];

    public static void AddStreaming(this IServiceCollection services)
    {
        services.AddSingleton<AudienceContext>();
        services.AddSingleton(provider => new FeedContext(
            provider.GetRequiredService<IEventBus>(),
            new WindowBudget(provider.GetRequiredService<IOptions<StreamingOptions>>().Value.WindowBytes),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StreamMetrics>(),
            provider.GetRequiredService<ILogger<Feed>>(),
            feed => new Audience(feed, provider.GetRequiredService<AudienceContext>())));
        services.AddSingleton<FeedTable>();
        services.AddSingleton<Joining>();
        services.AddSingleton<DeliveryLoop>();
        services.AddHostedService<StreamPulse>();
        services.AddSingleton<OriginCheck>();
        services.AddSingleton<StreamHandler>();
    }

    public static RouteHandlerBuilder MapSessionStream(this IEndpointRouteBuilder routes)
    {
        var streams = HandlerOf(routes);
        return routes.MapGet("/{sessionId}", (string sessionId, HttpContext context) => SendAsync(context, streams, () => StreamKey.Session(sessionId)))
            .WithSummary("Stream a session's events")
            .WithDescription("Server-Sent Events. " + WhatComes
                + "`types=tool_*,run_*` and `run_id` filter; `close=never|session|terminal` ends the stream by itself; `heartbeat=event` makes heartbeats visible to browser code. "
                + "204 when a finished stream is asked for again.")
            .DescribesStream()
            .DescribesClose()
            .Produces(StatusCodes.Status204NoContent);
    }

    public static void MapProjectStream(this IEndpointRouteBuilder routes)
    {
        var streams = HandlerOf(routes);
        routes.MapGet("", (string projectId, HttpContext context) => SendAsync(context, streams, () => StreamKey.Project(projectId)))
            .WithSummary("Stream all events of a project")
            .WithDescription("Server-Sent Events: every event with this `project_id`, of all sessions, in one order of its own with cursors of its own. " + WhatComes
                + "`types`, `run_id` and `session_id` filter.")
            .DescribesStream()
            .DescribesSessionFilter();
    }

    public static void MapBroadcastStream(this IEndpointRouteBuilder routes)
    {
        var streams = HandlerOf(routes);
        routes.MapGet("", (Delegate)((HttpContext context) => SendAsync(context, streams, () => StreamKey.Broadcast)))
            .WithSummary("Stream all events that are broadcast")
            .WithDescription("Server-Sent Events: what was published with `broadcast=true`, and events that belong to no session. " + WhatComes
                + "`types`, `run_id` and `session_id` filter.")
            .DescribesStream()
            .DescribesSessionFilter();
    }

    public static void MapWebSockets(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/events/{sessionId}", Handshakes, (string sessionId, HttpContext context, StreamHandler streams) =>
            SendOverWebSocketAsync(context, streams, () => StreamKey.Session(sessionId))).DescribesWebSocket("a session's events")
            .DescribesClose();
        routes.MapMethods("/projects/{projectId}", Handshakes, (string projectId, HttpContext context, StreamHandler streams) =>
            SendOverWebSocketAsync(context, streams, () => StreamKey.Project(projectId))).DescribesWebSocket("all events of a project")
            .DescribesSessionFilter();
        routes.MapMethods("/broadcast", Handshakes, (HttpContext context, StreamHandler streams) =>
            SendOverWebSocketAsync(context, streams, () => StreamKey.Broadcast)).DescribesWebSocket("all events that are broadcast")
            .DescribesSessionFilter();
    }

    // Not by parameters: the scope that they come from is kept for as long as its stream lives.
    private static StreamHandler HandlerOf(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<StreamHandler>();

    private static Task SendAsync(HttpContext context, StreamHandler streams, Func<StreamKey> stream) =>
        streams.SendAsync(context, () => StreamRequest.Parse(stream(), Transport.Sse, context.Request));

    private static Task SendOverWebSocketAsync(HttpContext context, StreamHandler streams, Func<StreamKey> stream) =>
        streams.SendOverWebSocketAsync(context, () => StreamRequest.Parse(stream(), Transport.WebSocket, context.Request));

    private static RouteHandlerBuilder DescribesWebSocket(this RouteHandlerBuilder route, string what) => route
        .WithSummary($"Stream {what} over WebSocket")
        .WithDescription("A WebSocket handshake. Every text message is one JSON envelope with its cursor as first member, `id`; cursors, verdicts, filters and endings are those of the Server-Sent Events. "
            + "The last message is `stream_closing`, followed by close code 1000 (it has ended), 1001 (come back: the server stops, or the connection is old), 1008 (refused), 1011 (error) or 1013 (come back later). "
            + "The server pings; what the client says is ignored, and beyond 1,000 messages or 64 KiB refused with 1008. A page's origin must be this server's or stand in `Cors:Origins`. "
            + "Wrong parameters are told by `stream_closing` and 1008, since a browser shows no status.")
        .DescribesStreamQuery()
        .DescribesQuery("frame", "The shape of a message: the envelope, or `{event, data}` with native names, as Eddie's clients read it.", "envelope", "event-data")
        .Produces(StatusCodes.Status101SwitchingProtocols)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status426UpgradeRequired);

    private static RouteHandlerBuilder DescribesStream(this RouteHandlerBuilder route) => route
        .DescribesLastEventIdHeader()
        .DescribesStreamQuery()
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder DescribesClose(this RouteHandlerBuilder route) =>
        route.DescribesQuery("close", "When to end by itself; terminal needs run_id. By default never.", "never", "session", "terminal");

    private static RouteHandlerBuilder DescribesStreamQuery(this RouteHandlerBuilder route) => route
        .DescribesLastEventId()
        .DescribesQuery("from", "Where to start without a cursor; by default live.", "earliest", "live")
        .DescribesQuery("types", "Type names or prefixes, separated by commas, such as tool_*,run_completed.")
        .DescribesQuery("run_id", "Only events of this run.")
        .DescribesQuery("heartbeat", "How silence is filled; by default with comments, over WebSocket with pings.", "comment", "event")
        .DescribesQuery("names", "Under which names events come: canonical (the default); those of the system they come from, where it has one; or those that Reverb frontends listen to. types takes the canonical ones.", "canonical", "native", "reverb");
}
