using EventStream.Bus;

namespace EventStream.Tests.Streaming;

/// <summary>The log of a session.</summary>
public sealed class RollbackTests() : RollbackContract(StreamKey.Session("s"), "/events/s");
