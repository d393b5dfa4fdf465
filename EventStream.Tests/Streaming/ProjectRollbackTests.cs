using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The contract of rollbacks, on a project.</summary>
public sealed class ProjectRollbackTests() : RollbackContract(StreamKey.Project("p"), "/projects/p/events");
