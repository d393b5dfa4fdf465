using System.Runtime.InteropServices;
using System.Text.Json;

namespace EventStream.Sources.Providers;

/// <summary>Makes a frame fit into an event: images and whole outputs may be larger than an event may be.</summary>
internal static class SlimFrame
{
    // An event may take 256 KiB; what the canonical event adds takes a part of that.
    private const int MaxFrameBytes = 200 * 1024;
    private const int MaxTextBytes = 8 * 1024;

    /// <summary>The frame; in a large one long texts are empty, and <c>truncated</c> says which (JSON pointers).</summary>
    public static JsonElement Of(JsonElement frame)
    {
        if (JsonMarshal.GetRawUtf8Value(frame).Length <= MaxFrameBytes) return frame;
        var truncated = new List<string>();
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            foreach (var member in frame.EnumerateObject()) Write(writer, member, "", truncated);
            if (truncated.Count == 0) return frame;
            writer.WriteStartArray("truncated");
            foreach (var path in truncated) writer.WriteStringValue(path);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return JsonElement.Parse(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JsonProperty member, string path, List<string> truncated)
    {
        writer.WritePropertyName(member.Name);
        Write(writer, member.Value, $"{path}/{member.Name}", truncated);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, string path, List<string> truncated)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject()) Write(writer, member, path, truncated);
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var (index, item) in value.EnumerateArray().Index()) Write(writer, item, $"{path}/{index}", truncated);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String when raw.Length > MaxTextBytes:
                truncated.Add(path);
                writer.WriteStringValue("");
                break;
            default:
                writer.WriteRawValue(raw, skipInputValidation: true);
                break;
        }
    }
}
