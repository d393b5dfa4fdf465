namespace EventStream.Api.Agents;

/// <summary>A command comes too late, or contradicts what is there. The message says which.</summary>
internal sealed class RunConflictException(string message) : Exception(message);
