using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>What is known of a tool call has changed, before its result.</summary>
public sealed record ToolCallUpdated : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The name of the tool.</summary>
    public string? ToolName { get; init; }

    /// <summary>The arguments as they are now: a JSON object.</summary>
    [AnyObject]
    public JsonElement? Args { get; init; }

    /// <summary>The arguments as text, where they are no JSON object.</summary>
    public string? ArgsRaw { get; init; }

    /// <summary>Whether <see cref="ArgsRaw"/> was cut.</summary>
    public bool? ArgsTruncated { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
