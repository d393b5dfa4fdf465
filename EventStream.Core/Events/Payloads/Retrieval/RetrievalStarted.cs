namespace EventStream.Events.Payloads;

/// <summary>An agent looks something up.</summary>
public sealed record RetrievalStarted : CanonicalPayload
{
    /// <summary>What it looks for.</summary>
    public required string Query { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
