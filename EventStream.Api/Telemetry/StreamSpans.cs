using OpenTelemetry.Instrumentation.AspNetCore;

namespace EventStream.Api.Telemetry;

/// <summary>Leaves streams out of the traces: a span of half an hour says nothing, and each tag of it would take memory as long.</summary>
internal static class StreamSpans
{
    private const string EventStreamType = "text/event-stream";

    public static void LeaveOut(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = context => !AsksForStream(context.Request);
        options.EnrichWithHttpResponse = (span, response) =>
        {
            if (IsStream(response)) span.IsAllDataRequested = false;
        };
    }

    // Known before a tag is set: browsers and WebSocket clients say what they want.
    private static bool AsksForStream(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0 || request.Headers.Accept.ToString().Contains(EventStreamType, StringComparison.OrdinalIgnoreCase);

    // Known at the end: others, such as curl, take what comes.
    private static bool IsStream(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || response.ContentType?.StartsWith(EventStreamType, StringComparison.OrdinalIgnoreCase) == true;
}
