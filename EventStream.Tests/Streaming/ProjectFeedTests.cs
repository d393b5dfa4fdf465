using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The contract of feeds, on a project.</summary>
public sealed class ProjectFeedTests() : FeedContract(StreamKey.Project("p"), "/projects/p/events");
