using System.Text.Json;

namespace EventStream.Sources.Eddie;

/// <summary>The parts of a tool call that a native event holds.</summary>
internal readonly record struct EddieToolCall
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public JsonElement? Args { get; init; }

    public JsonElement? Result { get; init; }

    public string? Agent { get; init; }
}
