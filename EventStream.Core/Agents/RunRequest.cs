using System.Text.Json;

namespace EventStream.Agents;

/// <summary>A run that somebody asked the agent for.</summary>
internal sealed record RunRequest(string Agent, string SessionId, string RunId, string? ProjectId, JsonElement? Input);
