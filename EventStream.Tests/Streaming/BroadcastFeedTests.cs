using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The contract of feeds, on the broadcast stream.</summary>
public sealed class BroadcastFeedTests() : FeedContract(StreamKey.Broadcast, "/broadcast/events");
