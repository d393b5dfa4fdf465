using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>What all feeds of a node have in common, so that none of them holds it.</summary>
internal sealed record FeedContext(IEventBus Bus, WindowBudget Budget, TimeProvider Time, StreamMetrics Metrics, ILogger<Feed> Logger)
{
    /// <summary>Makes what a feed itself says.</summary>
    public EventFactory Events { get; } = new(Time);
}
