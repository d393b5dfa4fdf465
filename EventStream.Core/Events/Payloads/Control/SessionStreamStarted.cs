namespace EventStream.Events.Payloads;

/// <summary>Control: the first frame of every stream.</summary>
public sealed record SessionStreamStarted : CanonicalPayload
{
    /// <summary><c>SSE connection established</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The position before the first event that follows.</summary>
    public required string Cursor { get; init; }

    /// <summary><c>full</c>, <c>partial</c> or <c>none</c>: whether everything after the client's cursor follows.</summary>
    public required string Resume { get; init; }

    /// <summary>Why it is not <c>full</c>: <c>expired</c>, <c>epoch_changed</c>, <c>ahead</c> or <c>malformed_cursor</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>How many logged events follow before the live ones, counted before filters.</summary>
    public required long Replayed { get; init; }
}
