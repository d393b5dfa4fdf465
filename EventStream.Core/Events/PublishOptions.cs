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

    /// <summary>Whether a <c>run_started</c> is a claim: stored only if its run hasn't started. Of many workers that claim a run, one gets it.</summary>
    public bool Claim { get; init; }

    /// <summary>How long a claimed run goes on without an event of it, 5 to 600 seconds; then a server ends it as lost. Null: for ever.</summary>
    public TimeSpan? Lease { get; init; }
}
