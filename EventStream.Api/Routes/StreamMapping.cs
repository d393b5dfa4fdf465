using EventStream.Api.Inspector;
using EventStream.Api.OpenApi;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;
using Microsoft.AspNetCore.Routing.Patterns;

namespace EventStream.Api.Routes;

/// <summary>Maps streams with nothing around their handlers: a filter or a scope of services would be kept for as long as the stream lives.</summary>
internal static class StreamMapping
{
    private static readonly string[] Reading = [HttpMethods.Get];

    // HTTP/2 opens a WebSocket by CONNECT.
    private static readonly string[] Handshakes = [HttpMethods.Get, HttpMethods.Connect];

    public static void MapStreams(this IEndpointRouteBuilder routes, StreamRow[] rows)
    {
        foreach (var row in rows)
        {
            routes.MapServerSentEvents(row, row.Path);
            if (row.Alias is { } alias) routes.MapServerSentEvents(row, alias).ExcludeFromDescription();
        }
        foreach (var row in rows) routes.MapWebSocket(row);
    }

    private static RouteHandlerBuilder MapServerSentEvents(this IEndpointRouteBuilder routes, StreamRow row, string path)
    {
        var streams = routes.ServiceProvider.GetRequiredService<StreamHandler>();
        var route = routes.MapStream(row, path, Reading, Transport.Sse, context => streams.SendAsync(context, () => row.Read(context.Request, Transport.Sse)));
        if (row.ShowsInspector) route.ShowsInspector();
        return route;
    }

    private static void MapWebSocket(this IEndpointRouteBuilder routes, StreamRow row)
    {
        var streams = routes.ServiceProvider.GetRequiredService<StreamHandler>();
        routes.MapStream(row, row.SocketPath, Handshakes, Transport.WebSocket, context => streams.SendOverWebSocketAsync(context, () => row.Read(context.Request, Transport.WebSocket)));
    }

    private static RouteHandlerBuilder MapStream(this IEndpointRouteBuilder routes, StreamRow row, string path, string[] methods, Transport transport, RequestDelegate handler)
    {
        var route = new RouteHandlerBuilder([routes.MapMethods(path, methods, handler)]).Needs(row.Needs);
        // Only endpoints that name their method are described.
        route.WithMetadata(new StreamRoute(transport), handler.Method);
        foreach (var parameter in RoutePatternFactory.Parse(path).Parameters) route.DescribesPath(parameter.Name);
        row.Describe(route, transport);
        return route;
    }
}
