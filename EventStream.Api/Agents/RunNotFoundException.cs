namespace EventStream.Api.Agents;

/// <summary>A command is for something that its session doesn't know. The message names it.</summary>
internal sealed class RunNotFoundException(string message) : Exception(message);
