namespace EventStream.Api.Streaming.Requests;

/// <summary>There is nothing to watch at this address, and there may never be.</summary>
internal sealed class StreamNotFoundException(string message) : Exception(message);
