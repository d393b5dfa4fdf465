namespace EventStream.Events.Payloads;

/// <summary>A session and its log were removed.</summary>
public sealed record SessionDeleted : CanonicalPayload
{
    /// <summary>Why it was removed, when known.</summary>
    public string? Reason { get; init; }
}
