using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A tool call has ended.</summary>
public sealed record ToolCallResult : CanonicalPayload
{
    /// <summary>The tool call that this belongs to.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>The name of the tool.</summary>
    public required string ToolName { get; init; }

    /// <summary>What the tool returned: any JSON value.</summary>
    [MethodParameter(IsRequired = true)]
    public JsonElement? Result { get; init; }

    /// <summary>What went wrong; absent when it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the tool succeeded, where its source says so.</summary>
    public bool? Success { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double? DurationMs { get; init; }

    /// <summary>Whether it was never run, since something forbade it.</summary>
    public bool? Blocked { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
