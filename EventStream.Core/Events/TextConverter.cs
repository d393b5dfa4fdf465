using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStream.Events;

/// <summary>Reads a text that may hold half a surrogate pair, as the delta that <see cref="JsonEncoder"/> wrote; the other half stands in the next one.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped && !reader.HasValueSequence ? Wtf8.ToText(Wtf8.Decode(reader.ValueSpan)) : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
