namespace EventStream.Events.Payloads;

/// <summary>A run began.</summary>
public sealed record RunStarted : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The session snapshot that it starts from.</summary>
    public string? BaseSessionId { get; init; }
}
