using OpenTelemetry.Instrumentation.AspNetCore;

namespace EventStream.Api.Telemetry;

/// <summary>Leaves streams out of the traces: a stream may last half an hour, and its span would hold its tags in memory as long.</summary>
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

    // Browsers and WebSocket clients ask for a stream in their headers, so no tag is ever set.
    private static bool AsksForStream(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0 || (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains(EventStreamType, StringComparison.OrdinalIgnoreCase));

    // Other clients, such as curl, accept anything: the response shows that it was a stream.
    private static bool IsStream(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || response.ContentType?.StartsWith(EventStreamType, StringComparison.OrdinalIgnoreCase) == true;
}
