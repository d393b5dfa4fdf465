namespace EventStream.Events.Payloads;

/// <summary>A run tries again.</summary>
public sealed record RunRetry : CanonicalPayload
{
    /// <summary>Which retry this is, from 1.</summary>
    public required int RetryCount { get; init; }

    /// <summary>How many there are at most.</summary>
    public required int MaxRetries { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
