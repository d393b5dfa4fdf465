using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The contract of rollbacks, on a session.</summary>
public sealed class RollbackTests() : RollbackContract(StreamKey.Session("s"), "/events/s");
