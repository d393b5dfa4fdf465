using System.Diagnostics;

namespace EventStream.Events;

/// <summary>What a publisher may say of an event beside its payload: the optional members of the envelope, and how far the event goes.</summary>
public readonly record struct PublishOptions
{
    /// <summary>The idempotency key, when the publisher has one of its own; a UUIDv7 is made when absent.</summary>
    public string? EventId { get; init; }

    /// <summary>When it happened; now when absent.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The run that the event belongs to; taken from the payload when absent.</summary>
    public string? RunId { get; init; }

    /// <summary>The project that the event belongs to, whose stream gets it too.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The agent that caused it.</summary>
    public string? AgentId { get; init; }

    /// <summary>The W3C trace context of the publisher. A dispatcher takes that of <see cref="Activity.Current"/> when absent.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Whether the broadcast stream gets the event too. The envelope doesn't say so.</summary>
    public bool Broadcast { get; init; }
}
