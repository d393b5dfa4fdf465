using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The feed of what is broadcast.</summary>
public sealed class BroadcastFeedTests() : FeedContract(StreamKey.Broadcast, "/broadcast/events");
