using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The log of a project.</summary>
public sealed class ProjectRollbackTests() : RollbackContract(StreamKey.Project("p"), "/projects/p/events");
