using System.Diagnostics;
using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>The optional members of the envelope around a published event.</summary>
public sealed record PublishOptions
{
    /// <summary>The idempotency key, when the publisher has one of its own; made when absent.</summary>
    public string? EventId { get; init; }

    /// <summary>When it happened; now when absent.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The run that the event belongs to; taken from the payload when absent.</summary>
    public string? RunId { get; init; }

    /// <summary>The project that the event belongs to, whose stream gets it too.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The agent that caused it.</summary>
    public string? AgentId { get; init; }

    /// <summary>The W3C trace context of the publisher; that of <see cref="Activity.Current"/> when absent.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Whether everybody who watches the broadcast stream gets it too.</summary>
    public bool Broadcast { get; init; }

    internal static EventContext ContextOf(PublishOptions? options) => options is null ? default : new EventContext
    {
        EventId = options.EventId,
        Timestamp = options.Timestamp,
        RunId = options.RunId,
        ProjectId = options.ProjectId,
        AgentId = options.AgentId,
        Traceparent = options.Traceparent,
        Broadcast = options.Broadcast,
    };
}
