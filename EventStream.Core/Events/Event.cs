namespace EventStream.Events;

/// <summary>One envelope: what an agent did, when, and in which session. Immutable once published.</summary>
/// <remarks>Valid by construction when it comes from <see cref="EventReader"/> or <see cref="EventFactory"/>; a bus trusts it.</remarks>
public sealed record Event
{
    /// <summary>The idempotency key: 1 to 128 printable ASCII characters; a UUIDv7 unless the publisher gave one.</summary>
    public required string EventId { get; init; }

    /// <summary>What the event was published under.</summary>
    public required string SessionId { get; init; }

    /// <summary>When it happened, in UTC with milliseconds.</summary>
    /// <remarks>What is finer than a millisecond is cut off.</remarks>
    public required DateTimeOffset Timestamp
    {
        get;
        init => field = new DateTimeOffset(value.UtcTicks - value.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }

    /// <summary>The event's name: canonical (see <see cref="EventCatalogue"/>) or the publisher's own.</summary>
    public required string Type { get; init; }

    /// <summary>What the event says: a JSON object.</summary>
    public required EventPayload Payload { get; init; }

    /// <summary>The run that it belongs to.</summary>
    public string? RunId { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The agent that caused it.</summary>
    public string? AgentId { get; init; }

    /// <summary>The foreign vocabulary that it was normalised from.</summary>
    public string? Source { get; init; }

    /// <summary>Its name in that vocabulary.</summary>
    public string? SourceType { get; init; }

    /// <summary>The execution inside a session, where a vocabulary knows one.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>The W3C trace context of the publisher.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Who published it through a server that asks for credentials; null when the server is open, or when the event went straight to a bus.</summary>
    /// <remarks>The server alone writes it.</remarks>
    public string? Publisher { get; internal init; }
}
