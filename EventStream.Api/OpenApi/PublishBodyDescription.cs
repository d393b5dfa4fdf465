using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventStream.Api.OpenApi;

/// <summary>Describes the body of a publish request, which the endpoint reads by itself.</summary>
internal static class PublishBodyDescription
{
    private static readonly JsonNode Example = JsonNode.Parse(
        """{"type":"tool_call_started","payload":{"tool_call_id":"tc_1","tool_name":"docker_list_containers","args":{"status":"running"},"agent":"infrastructure_monitor"},"run_id":"run_1"}""")!;

    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "One event, an array of 1 to 1,000 events, or one event a line. At most 256 KiB an event and 4 MiB a request.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { OneOf = [Envelope(), new OpenApiSchema { Type = JsonSchemaType.Array, Items = Envelope() }] }, Example = Example.DeepClone() },
                ["application/x-ndjson"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Envelope() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "type" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["event_id"] = Text("Idempotency key: 1 to 128 printable ASCII characters. A UUIDv7 is made when absent."),
            ["timestamp"] = Text("RFC 3339 with an offset. The time of arrival when absent."),
            ["type"] = Text("The event's name: snake_case, 1 to 64 characters."),
            ["payload"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "What the event says. Kept as it is." },
            ["run_id"] = Text("The run that it belongs to; taken from the payload when absent."),
            ["project_id"] = Text("The project that it belongs to."),
            ["agent_id"] = Text("The agent that caused it."),
            ["source"] = Text("The foreign vocabulary that it was normalised from."),
            ["source_type"] = Text("Its name in that vocabulary."),
            ["execution_id"] = Text("The execution inside a session."),
            ["traceparent"] = Text("W3C trace context of the publisher."),
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
