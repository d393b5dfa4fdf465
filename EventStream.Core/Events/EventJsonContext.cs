using System.Text.Json.Serialization;

namespace EventStream.Events;

/// <summary>How the records of the catalogue are written and read; EventJsonContext.g.cs lists them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class EventJsonContext : JsonSerializerContext;
