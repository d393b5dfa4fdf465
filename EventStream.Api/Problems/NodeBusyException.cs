namespace EventStream.Api.Problems;

/// <summary>The node has no room for a request now. The message names the limit.</summary>
internal sealed class NodeBusyException(string message) : Exception(message);
