using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventStream.Api.OpenApi;

/// <summary>Describes the body of a command, which its endpoint reads by itself.</summary>
internal static class CommandBodyDescription
{
    public static Task TransformAsync(OpenApiOperation operation, string example)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object }, Example = JsonNode.Parse(example) },
            },
        };
        return Task.CompletedTask;
    }
}
