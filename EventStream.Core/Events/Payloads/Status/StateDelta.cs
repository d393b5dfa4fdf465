using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>The state that agents share with their viewers changed.</summary>
public sealed record StateDelta : CanonicalPayload
{
    /// <summary>How: the operations of a JSON Patch (RFC 6902). All of them are applied, or none.</summary>
    public required IReadOnlyList<JsonElement> Delta { get; init; }
}
