using EventStream.Api.OpenApi;
using EventStream.Api.Streaming.Requests;

namespace EventStream.Api.Streaming;

/// <summary>What the API's description says of the streams of sessions, projects and broadcast.</summary>
internal static class StreamDescription
{
    private const string WhatComes = "The first frame is `session_stream_started`; every logged event carries its cursor as `id:`. "
        + "Starts after `Last-Event-ID` (header), else `last_event_id`, else from `from=earliest|live` (default live). ";

    public static void Session(RouteHandlerBuilder route, Transport transport)
    {
        route.Describes(transport, "Events", "a session's events", "Server-Sent Events. " + WhatComes
                + "`types=tool_*,run_*` and `run_id` filter; `close=never|session|terminal` ends the stream by itself; `heartbeat=event` makes heartbeats visible to browser code. "
                + "204 when a finished stream is asked for again.")
            .DescribesQuery("close", "When to end by itself; terminal needs run_id. By default never.", "never", "session", "terminal")
            .DescribesQuery("dialect", "The language of the frames: canonical (the default), the events of AG-UI, one run at a time, the UI message stream of the AI SDK for the run in run_id, from its start to its end, or what frontends on Laravel Reverb read. Another one than canonical goes with neither names, types nor frame, agui not with run_id either.", [DialectQuery.Canonical, .. DialectQuery.Dialects.Select(choice => choice.Value)])
            .DescribesQuery(AiSdkVersion.Name, "The version of the AI SDK, with dialect=ai-sdk: clients before 6 fail at the chunks for questions, so without it a question is a data part.", "5", "6", "7");
        if (transport == Transport.Sse) route.Produces(StatusCodes.Status204NoContent);
    }

    public static void Project(RouteHandlerBuilder route, Transport transport) =>
        route.Describes(transport, "Projects", "all events of a project",
                "Server-Sent Events: every event with this `project_id`, of all sessions, in one order of its own with cursors of its own. " + WhatComes
                + "`types`, `run_id` and `session_id` filter.")
            .DescribesSessionFilter();

    public static void Broadcast(RouteHandlerBuilder route, Transport transport) =>
        route.Describes(transport, "Broadcast", "all events that are broadcast",
                "Server-Sent Events: what was published with `broadcast=true`, and events that belong to no session. " + WhatComes
                + "`types`, `run_id` and `session_id` filter.")
            .DescribesSessionFilter();

    public static void Agent(RouteHandlerBuilder route, Transport transport) =>
        route.Describes(transport, "Agents", "the commands for an agent",
                "Server-Sent Events: what is asked of the agent's runs in all sessions (`run_requested`, `run_interrupt_requested`, `run_steered`, `tool_approval_answered`), for its workers. " + WhatComes
                + "`types`, `run_id` and `session_id` filter.")
            .DescribesSessionFilter();

    private static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, Transport transport, string tag, string what, string description) =>
        transport == Transport.WebSocket ? route.DescribesWebSocket(what) : route
            .WithTags(tag)
            .WithSummary($"Stream {what}")
            .WithDescription(description)
            .DescribesLastEventIdHeader()
            .DescribesStreamQuery()
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder DescribesWebSocket(this RouteHandlerBuilder route, string what) => route
        .WithTags("WebSocket")
        .WithSummary($"Stream {what} over WebSocket")
        .WithDescription("A WebSocket handshake. Every text message is one JSON envelope with its cursor as first member, `id`; cursors, verdicts, filters and endings are those of the Server-Sent Events. "
            + "The last message is `stream_closing`, followed by close code 1000 (it has ended), 1001 (come back: the server stops, or the connection is old), 1008 (refused), 1011 (error) or 1013 (come back later). "
            + "The server pings; what the client says is ignored, and beyond 1,000 messages or 64 KiB refused with 1008. A page's origin must be this server's or stand in `Cors:Origins`. "
            + "Wrong parameters are told by `stream_closing` and 1008, since a browser shows no status.")
        .DescribesStreamQuery()
        .DescribesQuery("frame", "The shape of a message: the envelope, or `{event, data}` with native names, as Eddie's clients read it.", [DialectQuery.Envelope, .. DialectQuery.SocketFrames.Select(choice => choice.Value)])
        .Produces(StatusCodes.Status101SwitchingProtocols)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status426UpgradeRequired);

    private static RouteHandlerBuilder DescribesStreamQuery(this RouteHandlerBuilder route) => route
        .DescribesLastEventId()
        .DescribesQuery("from", "Where to start without a cursor; by default live.", "earliest", "live")
        .DescribesQuery("types", "Type names or prefixes, separated by commas, such as tool_*,run_completed.")
        .DescribesQuery("run_id", "Only events of this run.")
        .DescribesQuery("heartbeat", "How silence is filled; by default with comments, over WebSocket with pings.", "comment", "event")
        .DescribesQuery("viewer", "Whether this client counts among the viewers of its session; by default true. Programs that show nobody what they read say false.", "true", "false")
        .DescribesQuery("names", "Under which names events come: canonical (the default); those of the system they come from, where it has one; or those that Reverb frontends listen to. types takes the canonical ones.", [.. DialectQuery.Names.Select(dialect => dialect.Name)]);
}
