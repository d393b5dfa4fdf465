using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>Terminal: a run succeeded.</summary>
public sealed record RunCompleted : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>What the run produced: any JSON value.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>What it used up: tokens, requests.</summary>
    [AnyObject]
    public JsonElement? Usage { get; init; }

    /// <summary>Why it stopped, when it was not simply done.</summary>
    public string? StopReason { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }
}
