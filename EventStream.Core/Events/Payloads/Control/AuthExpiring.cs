namespace EventStream.Events.Payloads;

/// <summary>Control: what the client showed of who it is ends soon, and the stream with it.</summary>
public sealed record AuthExpiring : CanonicalPayload
{
    /// <summary>When that is, in RFC 3339.</summary>
    public required string ExpiresAt { get; init; }
}
