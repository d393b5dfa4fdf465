using EventStream.Api.Telemetry;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>What all audiences of a node have in common, so that none of them holds it.</summary>
internal sealed record AudienceContext(StreamMetrics Metrics, TimeProvider Time, ILogger<Audience> Logger);
