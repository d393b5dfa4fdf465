using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventStream.Api.OpenApi;

/// <summary>Describes parameters that endpoints read by themselves, to say exactly what is wrong with them.</summary>
internal static class QueryDescription
{
    /// <summary>The parameters that some route takes in its query: those that are described, the ticket that all routes take, and the name that polyfills of EventSource give to <c>last_event_id</c>.</summary>
    public static ConcurrentDictionary<string, bool> Names { get; } = new([new("ticket", true), new("lastEventId", true)], StringComparer.OrdinalIgnoreCase);

    public static RouteHandlerBuilder DescribesQuery(this RouteHandlerBuilder route, string name, string description, params string[] values)
    {
        Names[name] = true;
        return route.WithMetadata(new QueryName(name)).Describes(ParameterLocation.Query, name, description, values);
    }

    /// <summary>Describes a part of the path that no handler binds.</summary>
    public static RouteHandlerBuilder DescribesPath(this RouteHandlerBuilder route, string name) =>
        route.Describes(ParameterLocation.Path, name, description: null, []);

    public static RouteHandlerBuilder DescribesHeader(this RouteHandlerBuilder route, string name, string description) =>
        route.Describes(ParameterLocation.Header, name, description, []);

    public static RouteHandlerBuilder DescribesSessionFilter(this RouteHandlerBuilder route) =>
        route.DescribesQuery("session_id", "Only events of this session.");

    public static RouteHandlerBuilder DescribesBroadcast(this RouteHandlerBuilder route) =>
        route.DescribesQuery("broadcast", "Whether the events go to the broadcast stream as well; by default false.", "true", "false");

    public static RouteHandlerBuilder DescribesLastEventId(this RouteHandlerBuilder route) =>
        route.DescribesQuery("last_event_id", "Go on after this cursor, for clients that can't set headers.");

    public static RouteHandlerBuilder DescribesLastEventIdHeader(this RouteHandlerBuilder route) =>
        route.DescribesHeader("Last-Event-ID", "Go on after this cursor; browsers send it when they reconnect.");

    private static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, ParameterLocation location, string name, string? description, string[] values) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = name,
                In = location,
                Required = location == ParameterLocation.Path,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = values.Length == 0 ? null : [.. values.Select(value => (JsonNode)value)] },
            });
            return Task.CompletedTask;
        });
}
