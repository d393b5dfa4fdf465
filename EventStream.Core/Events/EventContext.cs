namespace EventStream.Events;

/// <summary>The optional members of an envelope that its publisher chooses.</summary>
public readonly record struct EventContext
{
    /// <summary>The idempotency key; a UUIDv7 is made when absent.</summary>
    public string? EventId { get; init; }

    /// <summary>When it happened; now when absent.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The run that the event belongs to; taken from the payload when absent.</summary>
    public string? RunId { get; init; }

    /// <summary>The project that the event belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The agent that caused it.</summary>
    public string? AgentId { get; init; }

    /// <summary>The W3C trace context of the publisher.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Whether the event is broadcast too. The envelope doesn't say so.</summary>
    internal bool Broadcast { get; init; }
}
