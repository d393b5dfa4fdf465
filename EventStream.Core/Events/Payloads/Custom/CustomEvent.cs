using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An event that has no canonical type: its name and what it said.</summary>
public sealed record CustomEvent : CanonicalPayload
{
    /// <summary>Its name at its source.</summary>
    public required string Name { get; init; }

    /// <summary>What it said: any JSON value.</summary>
    public required JsonElement Value { get; init; }
}
