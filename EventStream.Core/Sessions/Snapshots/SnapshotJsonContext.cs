using System.Text.Json.Serialization;

namespace EventStream.Sessions.Snapshots;

/// <summary>Serialises snapshots.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(RawJsonConverter)])]
[JsonSerializable(typeof(SessionSnapshot))]
internal sealed partial class SnapshotJsonContext : JsonSerializerContext;
