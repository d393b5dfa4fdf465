using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

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

    /// <summary>What stands where an object must be and the caller gave none.</summary>
    public static JsonElement NoMembers { get; } = JsonElement.Parse("{}"u8);

    /// <summary>Any value that a caller hands over, as JSON: names stay as the caller wrote them.</summary>
    [RequiresUnreferencedCode(FreeFormJson.Reason)]
    [RequiresDynamicCode(FreeFormJson.Reason)]
    public static JsonElement Element(object? value) =>
        value is JsonElement element ? element : FreeFormJson.Element(value);

    /// <inheritdoc cref="Element"/>
    [RequiresUnreferencedCode(FreeFormJson.Reason)]
    [RequiresDynamicCode(FreeFormJson.Reason)]
    public static JsonElement? OptionalElement(object? value) => value is null ? null : Element(value);
}
