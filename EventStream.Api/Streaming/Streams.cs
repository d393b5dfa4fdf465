using EventStream.Bus;
using EventStream.Events;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

/// <summary>Answers a request with a stream, in the protocol that it came by.</summary>
internal sealed class Streams(Delivery delivery, OriginCheck origins, IOptions<StreamingOptions> options, TimeProvider time)
{
    /// <summary>Streams as Server-Sent Events.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parse">Reads it.</param>
    /// <exception cref="EventRejectedException">The request is wrong.</exception>
    /// <exception cref="StreamNotFoundException">There is no such stream.</exception>
    public async Task SendAsync(HttpContext context, Func<Task<StreamRequest>> parse)
    {
        StreamRequest request;
        try
        {
            request = await parse();
        }
        catch (BusUnavailableException)
        {
            // EventSource never comes back after an error status: it is told inside a stream.
            await delivery.RefuseAsync(new SseConnection(context, Dialect.Canonical, time), StreamKey.Broadcast, SubscriberEnd.Unavailable);
            return;
        }
        await delivery.RunAsync(new SseConnection(context, request.Dialect, time), request, context.RequestAborted);
    }

    /// <summary>Streams over WebSocket. What is wrong with the request is told by closing with 1008: a browser's page sees no status and no body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parse">Reads it; may reject it.</param>
    public async Task SendOverWebSocketAsync(HttpContext context, Func<Task<StreamRequest>> parse)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, "This address speaks WebSocket; without /ws it speaks Server-Sent Events.");
            return;
        }
        if (!await origins.PassesAsync(context))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"Pages of {EventRejectedException.Shown(context.Request.Headers.Origin.ToString())} may not connect; add the origin to Cors:Origins.");
            return;
        }
        StreamRequest request;
        try
        {
            request = await parse();
        }
        catch (Exception e) when (e is EventRejectedException or StreamNotFoundException or BusUnavailableException)
        {
            var end = e is BusUnavailableException ? SubscriberEnd.Unavailable : SubscriberEnd.Refused;
            using var refused = new WebSocketConnection(context, Dialect.Canonical, options.Value, time);
            await delivery.RefuseAsync(refused, StreamKey.Broadcast, end, e.Message);
            return;
        }
        using var client = new WebSocketConnection(context, request.Dialect, options.Value, time);
        await delivery.RunAsync(client, request, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string title) => TypedResults.Problem(statusCode: status, title: title).ExecuteAsync(context);
}
