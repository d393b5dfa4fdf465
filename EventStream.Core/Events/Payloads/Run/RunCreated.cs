namespace EventStream.Events.Payloads;

/// <summary>A run was accepted and waits for its start.</summary>
public sealed record RunCreated : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The session snapshot that it starts from.</summary>
    public string? BaseSessionId { get; init; }

    /// <summary>The run that asked for it.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>The call of a tool of that run which it serves.</summary>
    public string? ParentToolCallId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }
}
