using EventStream.Bus;

namespace EventStream.Listening;

/// <summary>What is read of which stream.</summary>
internal sealed record ListenRequest(StreamKey Stream, StartFrom From, ListenOptions Options, EventFilter Filter);
