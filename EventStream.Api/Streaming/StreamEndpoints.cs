using EventStream.Api.OpenApi;
using EventStream.Bus;

namespace EventStream.Api.Streaming;

internal static class StreamEndpoints
{
    public static void AddStreaming(this IServiceCollection services)
    {
        services.AddSingleton<Hub>();
        services.AddHostedService(provider => provider.GetRequiredService<Hub>());
        services.AddSingleton<SseStream>();
    }

    public static void MapStreams(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{sessionId}", StreamAsync)
            .WithSummary("Stream a session's events")
            .WithDescription("Server-Sent Events. The first frame is `session_stream_started`; every logged event carries its cursor as `id:`. "
                + "Starts after `Last-Event-ID` (header), else `last_event_id`, else from `from=earliest|live` (default live). "
                + "`types=tool_*,run_*` and `run_id` filter; `close=never|session|terminal` ends the stream by itself; `heartbeat=event` makes heartbeats visible to browser code. "
                + "204 when a finished stream is asked for again.")
            .DescribesHeader("Last-Event-ID", "Go on after this cursor; browsers send it when they reconnect.")
            .DescribesQuery("last_event_id", "The same, for clients that can't set headers.")
            .DescribesQuery("from", "Where to start without a cursor; by default live.", "earliest", "live")
            .DescribesQuery("types", "Type names or prefixes, separated by commas, such as tool_*,run_completed.")
            .DescribesQuery("run_id", "Only events of this run.")
            .DescribesQuery("close", "When to end by itself; terminal needs run_id. By default never.", "never", "session", "terminal")
            .DescribesQuery("heartbeat", "How silence is filled; by default with comments.", "comment", "event")
            .DescribesQuery("names", "Under which names events come: canonical (the default); those of the system they come from, where it has one; or those that Reverb frontends listen to. types takes the canonical ones.", "canonical", "native", "reverb")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Task StreamAsync(string sessionId, HttpContext context, SseStream stream) =>
        stream.RunAsync(context, StreamRequest.Parse(StreamKey.Session(sessionId), context.Request));
}
