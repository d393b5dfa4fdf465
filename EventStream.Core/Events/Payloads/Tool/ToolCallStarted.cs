using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>An agent calls a tool.</summary>
public sealed record ToolCallStarted : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The name of the tool.</summary>
    public required string ToolName { get; init; }

    /// <summary>The arguments: a JSON object.</summary>
    [AnyObject]
    [MethodParameter(NullIsEmpty = true)]
    public required JsonElement Args { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>The arguments as text, where they are no JSON object.</summary>
    public string? ArgsRaw { get; init; }

    /// <summary>Whether <see cref="ArgsRaw"/> was cut.</summary>
    public bool? ArgsTruncated { get; init; }

    /// <summary>The arguments in words, where only those are known.</summary>
    public string? ArgsSummary { get; init; }
}
