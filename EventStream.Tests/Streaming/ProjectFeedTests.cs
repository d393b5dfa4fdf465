using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The feed of a project.</summary>
public sealed class ProjectFeedTests() : FeedContract(StreamKey.Project("p"), "/projects/p/events");
