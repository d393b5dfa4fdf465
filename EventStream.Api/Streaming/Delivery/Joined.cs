using EventStream.Listening;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>A client that has its place.</summary>
/// <param name="Subscriber">Its place.</param>
/// <param name="Resume">The verdict on its cursor.</param>
internal sealed record Joined(Subscriber Subscriber, Resume Resume);
