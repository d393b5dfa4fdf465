using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventStream.Events;

/// <summary>How this project writes JSON: one line, snake_case, absent rather than null.</summary>
internal static class EventJson
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JsonEncoder.Instance };

    public static EventJsonContext Context { get; } = new(new JsonSerializerOptions(EventJsonContext.Default.Options)
    {
        Encoder = JsonEncoder.Instance,
        Converters = { new TextConverter(), new ElementConverter() },
    });

    private static readonly JsonSerializerOptions FreeForm = new()
    {
        // A program of one file, `dotnet run worker.cs`, has reflection switched off by default.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Encoder = JsonEncoder.Instance,
        Converters = { new ElementConverter(), new DocumentConverter(), new NodeConverter() },
    };

    /// <summary>What stands where an object must be and the caller gave none.</summary>
    public static JsonElement NoMembers { get; } = JsonElement.Parse("{}"u8);

    /// <summary>Any value that a caller hands over, as JSON: names stay as the caller wrote them.</summary>
    public static JsonElement Element(object? value) =>
        value is JsonElement element ? element : JsonSerializer.SerializeToElement(value, FreeForm);

    /// <inheritdoc cref="Element"/>
    public static JsonElement? OptionalElement(object? value) => value is null ? null : Element(value);
}
