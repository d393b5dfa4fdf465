using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>How this project writes JSON: one line, snake_case, absent rather than null.</summary>
internal static class EventJson
{
    // Frames and Redis messages are read by people too; nothing here is ever embedded in HTML.
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static EventJsonContext Context { get; } = new(new JsonSerializerOptions(EventJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static readonly JsonSerializerOptions FreeForm = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What stands where an object must be and the caller gave none.</summary>
    public static JsonElement NoMembers { get; } = JsonElement.Parse("{}"u8);

    /// <summary>Any value that a caller hands over, as JSON: names stay as the caller wrote them.</summary>
    public static JsonElement Element(object? value) =>
        value is JsonElement element ? element : JsonSerializer.SerializeToElement(value, FreeForm);

    /// <inheritdoc cref="Element"/>
    public static JsonElement? OptionalElement(object? value) => value is null ? null : Element(value);
}
