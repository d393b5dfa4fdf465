namespace EventStream.Events.Payloads;

/// <summary>Terminal: a run was ended from outside.</summary>
public sealed record RunCancelled : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>Why.</summary>
    public string? TerminationReason { get; init; }
}
