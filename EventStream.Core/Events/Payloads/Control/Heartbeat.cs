namespace EventStream.Events.Payloads;

/// <summary>Control: the stream is alive. Only with <c>?heartbeat=event</c>.</summary>
public sealed record Heartbeat : CanonicalPayload
{
    /// <summary>The position that the stream has reached.</summary>
    public required string Cursor { get; init; }
}
