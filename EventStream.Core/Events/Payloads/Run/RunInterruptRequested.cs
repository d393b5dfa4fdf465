namespace EventStream.Events.Payloads;

/// <summary>A run was asked to stop. It goes on until its terminal event.</summary>
public sealed record RunInterruptRequested : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>The agent that the run belongs to.</summary>
    public string? Agent { get; init; }
}
