using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStream.Events;

/// <summary>Writes a document token for token, as <see cref="ElementConverter"/> does.</summary>
internal sealed class DocumentConverter : JsonConverter<JsonDocument>
{
    public override JsonDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonDocument.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonDocument value, JsonSerializerOptions options) => ElementConverter.Write(writer, value.RootElement);
}
