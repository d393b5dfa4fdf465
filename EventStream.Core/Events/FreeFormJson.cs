using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventStream.Events;

/// <summary>Values of any type as JSON, by reflection.</summary>
[RequiresUnreferencedCode(Reason)]
[RequiresDynamicCode(Reason)]
internal static class FreeFormJson
{
    public const string Reason = "Values of types of the caller's own are written by reflection; give a JsonElement instead.";

    private static readonly JsonSerializerOptions Options = new()
    {
        // A program of one file, `dotnet run worker.cs`, has reflection switched off by default.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Encoder = JsonEncoder.Instance,
        Converters = { new ElementConverter(), new DocumentConverter(), new NodeConverter() },
    };

    public static JsonElement Element(object? value) => JsonSerializer.SerializeToElement(value, Options);
}
