namespace EventStream.Events.Payloads;

/// <summary>Terminal: a run failed.</summary>
public sealed record RunFailed : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public required string Error { get; init; }

    /// <summary>The kind of error.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
