using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStream.Events;

/// <summary>Writes an element token for token. The library writes its texts anew, and throws at half a surrogate pair.</summary>
internal sealed class ElementConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => Write(writer, value);

    internal static void Write(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(CompactJson.Strip(JsonMarshal.GetRawUtf8Value(value)), skipInputValidation: true);
}
