using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.Cors;
using EventStream.Api.Problems;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

/// <summary>Answers a request with a stream, in the protocol that it came by.</summary>
internal sealed class StreamHandler(DeliveryLoop delivery, Joining joining, CallerOf callers, CallerLimits limits, OriginCheck origins, IOptions<StreamingOptions> options, TimeProvider time)
{
    /// <summary>Streams as Server-Sent Events. Nothing waits around the delivery: what did would be kept for every stream.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parse">Reads it; may reject it.</param>
    public Task SendAsync(HttpContext context, Func<StreamRequest> parse)
    {
        StreamRequest? request = null;
        try
        {
            request = Read(context, parse);
            request = Place(context, request);
        }
        catch (EventRejectedException e)
        {
            return ProblemResults.Rejected(e).ExecuteAsync(context);
        }
        catch (LimitExceededException e) when (request!.Dialect.IsCutShort || !SseConnection.IsEventSource(context.Request))
        {
            return ProblemResults.LimitExceeded(context, e).ExecuteAsync(context);
        }
        catch (LimitExceededException e)
        {
            // EventSource never comes back after an error status, so it is told inside a stream.
            return joining.RefuseAsync(new SseConnection(context, DialectCatalogue.Canonical, time), request!.Stream, SubscriberEnd.TooManyStreams, e.Message);
        }
        // They were read; holding them for the life of the stream would cost memory.
        context.Request.RouteValues = null!;
        return request.Entity is null ? DeliverAsync(context, request) : FindAndDeliverAsync(context, request);
    }

    /// <summary>Streams over WebSocket. What is wrong with the request is told by closing with 1008: a browser's page sees no status and no body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parse">Reads it; may reject it.</param>
    public async Task SendOverWebSocketAsync(HttpContext context, Func<StreamRequest> parse)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired,
                "This address speaks WebSocket alone: connect with a WebSocket client (version 13). The same comes as Server-Sent Events from an address of its own, see /openapi/v1.json.");
            return;
        }
        if (!await origins.PassesAsync(context))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"Pages of {EventRejectedException.Shown(context.Request.Headers.Origin.ToString())} may not connect; add the origin to Cors:Origins.");
            return;
        }
        StreamRequest? request = null;
        try
        {
            request = Read(context, parse);
            request = Place(context, request);
            using var client = new WebSocketConnection(context, request.Dialect, options.Value, time);
            await delivery.RunAsync(client, request, context.RequestAborted);
        }
        catch (Exception e) when (e is EventRejectedException or StreamNotFoundException or LimitExceededException)
        {
            using var client = new WebSocketConnection(context, request?.Dialect ?? DialectCatalogue.Canonical, options.Value, time);
            await joining.RefuseAsync(client, request?.Stream ?? StreamKey.Broadcast, e is LimitExceededException ? SubscriberEnd.TooManyStreams : SubscriberEnd.Refused, e.Message);
        }
    }

    private StreamRequest Read(HttpContext context, Func<StreamRequest> parse)
    {
        MistypedQuery.Refuse(context);
        var caller = callers.Get(context);
        return ReferenceEquals(caller, Caller.Anyone) ? parse() : parse() with { Caller = caller };
    }

    private StreamRequest Place(HttpContext context, StreamRequest request) =>
        limits.Of(context, request.Caller ?? Caller.Anyone) is { } allowance ? request with { Place = allowance.Watch() } : request;

    private async Task FindAndDeliverAsync(HttpContext context, StreamRequest request)
    {
        try
        {
            await DeliverAsync(context, request);
        }
        catch (StreamNotFoundException e)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, e.Message);
        }
    }

    // A connection of HTTP/1.1 has no other request, so its own token serves; RequestAborted would allocate one per stream.
    private Task DeliverAsync(HttpContext context, StreamRequest request) => delivery.RunAsync(new SseConnection(context, request.Dialect, time), request,
        HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IConnectionLifetimeFeature>() is { } connection ? connection.ConnectionClosed : context.RequestAborted);

    private static Task RefuseAsync(HttpContext context, int status, string title) => TypedResults.Problem(statusCode: status, title: title).ExecuteAsync(context);
}
