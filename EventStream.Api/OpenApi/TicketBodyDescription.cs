using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventStream.Api.OpenApi;

/// <summary>Describes the body of a request for a ticket, which the endpoint reads by itself, whatever its type is said to be.</summary>
internal static class TicketBodyDescription
{
    private static readonly JsonNode Example = JsonNode.Parse("""{"grants":["subscribe session:demo"],"subject":"user-7","expires_in":300,"once":false}""")!;

    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "What the ticket is for.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = Body(), Example = Example.DeepClone() } },
        };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Body() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "grants" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["grants"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String }, Description = "1 to 16 grants that the caller holds itself: `subscribe` and `command` on streams and patterns, `publish` on named sessions." },
            ["subject"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Who bears it, by the caller's word." },
            ["expires_in"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How many seconds it counts: 5 to 86,400, by default 300." },
            ["once"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether it opens one stream only." },
        },
    };
}
