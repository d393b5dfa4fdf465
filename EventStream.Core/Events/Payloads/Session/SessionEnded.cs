namespace EventStream.Events.Payloads;

/// <summary>An agent session came to its end.</summary>
public sealed record SessionEnded : CanonicalPayload
{
    /// <summary>The session.</summary>
    public required string SessionId { get; init; }

    /// <summary><c>completed</c>, <c>error</c>, <c>interrupted</c> or <c>timeout</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What the session brought, in words.</summary>
    public string? Summary { get; init; }
}
