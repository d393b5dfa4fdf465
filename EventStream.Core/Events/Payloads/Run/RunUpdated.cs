namespace EventStream.Events.Payloads;

/// <summary>What is known of a run has changed. The run goes on.</summary>
public sealed record RunUpdated : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
