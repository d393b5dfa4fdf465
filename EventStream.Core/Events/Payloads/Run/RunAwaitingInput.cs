namespace EventStream.Events.Payloads;

/// <summary>A run waits for a person's answer.</summary>
public sealed record RunAwaitingInput : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
