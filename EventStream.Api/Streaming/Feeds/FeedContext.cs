using EventStream.Api.Limits;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>What all feeds of a node have in common, so that none of them holds it.</summary>
/// <param name="Bus">Where logs are read and subscribed to.</param>
/// <param name="Budget">How much the windows may hold.</param>
/// <param name="Folds">How much instances of dialects may hold of what they were given.</param>
/// <param name="Time">The clock.</param>
/// <param name="Metrics">What is counted.</param>
/// <param name="Logger">Hears of what a feed repairs.</param>
/// <param name="AudienceOf">Makes the audience of a new feed.</param>
internal sealed record FeedContext(IEventBus Bus, WindowBudget Budget, ByteBudget Folds, TimeProvider Time, StreamMetrics Metrics, ILogger<Feed> Logger, Func<Feed, IFeedAudience> AudienceOf)
{
    /// <summary>Reads that may wait.</summary>
    public BulkReads BulkReads { get; } = new(Bus);

    /// <summary>Makes what a feed itself says.</summary>
    public EventFactory Events { get; } = new(Time);
}
