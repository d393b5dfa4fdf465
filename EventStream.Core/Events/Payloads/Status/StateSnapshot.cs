using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>The state that agents share with their viewers, whole.</summary>
public sealed record StateSnapshot : CanonicalPayload
{
    /// <summary>The state: any JSON value.</summary>
    public required JsonElement Snapshot { get; init; }
}
