namespace EventStream.Events.Payloads;

/// <summary>Control: precedes every end that the server chooses.</summary>
public sealed record StreamClosing : CanonicalPayload
{
    /// <summary>Why the stream ends.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether the client should come back.</summary>
    public required bool Reconnect { get; init; }

    /// <summary>How long to wait before coming back, in milliseconds.</summary>
    public int? RetryMs { get; init; }

    /// <summary>What to change, when the request was refused.</summary>
    public string? Message { get; init; }
}
