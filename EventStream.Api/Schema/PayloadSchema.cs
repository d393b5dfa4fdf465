using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Api.Schema;

/// <summary>The schema of one record: open for further members; what is optional may be absent, or null as some systems write it.</summary>
internal static class PayloadSchema
{
    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    public static JsonObject Of(CanonicalType type)
    {
        // The converters of type.JsonType would hide what their types look like.
        var schema = (JsonObject)EventJsonContext.Default.GetTypeInfo(type.Record)!.GetJsonSchemaAsNode(Options);
        schema["additionalProperties"] = true;
        return schema;
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject one) return schema;
        // Set on the parent: the node of a member of any value is a boolean and can't hold it.
        foreach (var property in context.TypeInfo.Properties)
        {
            if (one["properties"] is JsonObject members && property.AttributeProvider?.IsDefined(typeof(AnyObjectAttribute), inherit: false) == true)
                members[property.Name] = new JsonObject { ["type"] = property.IsRequired ? "object" : new JsonArray("object", "null") };
        }
        return one;
    }
}
