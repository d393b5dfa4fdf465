using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventStream.Api.OpenApi;

/// <summary>Describes commands, whose bodies their endpoints read themselves.</summary>
internal static class CommandBodyDescription
{
    /// <summary>Describes the body, and how a command can be refused.</summary>
    public static RouteHandlerBuilder DescribesCommand(this RouteHandlerBuilder route, string example) => route
        .AddOpenApiOperationTransformer((operation, context, cancellationToken) => TransformAsync(operation, example))
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

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
