namespace EventStream.Events.Payloads;

/// <summary>A notice that a run was interrupted.</summary>
public sealed record RunInterrupted : CanonicalPayload
{
    /// <summary><c>user_stop</c>, <c>timeout</c> or <c>system_error</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The step in which it happened.</summary>
    public string? Step { get; init; }
}
