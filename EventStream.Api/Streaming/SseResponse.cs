using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EventStream.Api.Streaming;

/// <summary>The response that a stream is written into.</summary>
internal static class SseResponse
{
    /// <summary>Whether the client says that it is an EventSource.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>Sends the headers. What is written into the result is sent at the next flush, whatever stands in between.</summary>
    public static async Task<PipeWriter> StartAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // A stream is slow by nature; our own write timeout finds dead clients.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        await response.StartAsync(context.RequestAborted);
        return response.BodyWriter;
    }
}
