using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EventStream.Events;

/// <summary>Writes a node; what it holds of parsed JSON token for token, as <see cref="ElementConverter"/> does.</summary>
internal sealed class NodeConverter : JsonConverter<JsonNode>
{
    public override bool CanConvert(Type typeToConvert) => typeof(JsonNode).IsAssignableFrom(typeToConvert);

    public override JsonNode? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonNode.Parse(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonNode value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    WriteOrNull(writer, member, options);
                }
                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items) WriteOrNull(writer, item, options);
                writer.WriteEndArray();
                break;
            case JsonValue parsed when parsed.TryGetValue(out JsonElement element):
                ElementConverter.Write(writer, element);
                break;
            default:
                value.WriteTo(writer, options);
                break;
        }
    }

    private void WriteOrNull(Utf8JsonWriter writer, JsonNode? value, JsonSerializerOptions options)
    {
        if (value is null) writer.WriteNullValue();
        else Write(writer, value, options);
    }
}
