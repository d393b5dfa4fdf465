using System.Text.Json.Nodes;
using EventStream.Events;
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
        Required = new HashSet<string> { EnvelopeMember.Type.Name },
        // The path names the session.
        Properties = EnvelopeMember.All.Where(member => member != EnvelopeMember.SessionId).ToDictionary(member => member.Name, IOpenApiSchema (member) => new OpenApiSchema
        {
            Type = member == EnvelopeMember.Payload ? JsonSchemaType.Object : JsonSchemaType.String,
            Description = member.Description,
        }),
    };
}
