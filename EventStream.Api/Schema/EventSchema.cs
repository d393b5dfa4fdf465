using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Events;

namespace EventStream.Api.Schema;

/// <summary>The JSON Schema (2020-12) of the catalogue, made from its records.</summary>
internal static class EventSchema
{
    private const string Envelope = "envelope";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = EventJson.WriterOptions.Encoder };

    /// <summary>The schema as text in UTF-8; it ends in a line feed, as a file does.</summary>
    public static byte[] ToUtf8()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Indented)) Create().WriteTo(json);
        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    private static JsonObject Create()
    {
        var definitions = new JsonObject { [Envelope] = EnvelopeSchema.Create() };
        foreach (var type in EventCatalogue.All) definitions[type.Name] = Payload(type);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Event",
            ["description"] = "One event of EventStream. Types of the catalogue have a payload that $defs describes under their name; any other type is an event too.",
            ["allOf"] = new JsonArray(Reference(Envelope)),
            ["oneOf"] = new JsonArray([.. EventCatalogue.All.Select(OfType), OfOtherType()]),
            ["$defs"] = definitions,
        };
    }

    private static JsonObject OfType(CanonicalType type) => new()
    {
        ["title"] = type.Name,
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["const"] = type.Name },
            ["payload"] = Reference(type.Name),
        },
        ["required"] = new JsonArray("type", "payload"),
    };

    private static JsonObject OfOtherType() => new()
    {
        ["title"] = "any other type",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["not"] = new JsonObject { ["enum"] = new JsonArray([.. EventCatalogue.All.Select(type => (JsonNode)type.Name)]) } },
        },
        ["required"] = new JsonArray("type"),
    };

    private static JsonObject Payload(CanonicalType type)
    {
        var schema = PayloadSchema.Of(type);
        schema["x-family"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Family.ToString());
        if (type.Role != EventRole.None) schema["x-role"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Role.ToString());
        return schema;
    }

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };
}
