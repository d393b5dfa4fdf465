using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventStream.Api.Ingest;

/// <summary>Describes the body of an ingest request, which the endpoint reads by itself.</summary>
internal static class IngestBodyDescription
{
    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "Native events: one, an array of 1 to 1,000 (at most 4 MiB), or one a line, or Server-Sent Events, without end (at most 1 MiB a line).",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { OneOf = [Native(), new OpenApiSchema { Type = JsonSchemaType.Array, Items = Native() }] } },
                ["application/x-ndjson"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                ["text/event-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Native() => new() { Type = JsonSchemaType.Object, Description = "An event as the other system writes it." };
}
