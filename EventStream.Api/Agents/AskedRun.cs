namespace EventStream.Api.Agents;

/// <summary>The answer to a request for a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Agent">The agent that shall run.</param>
/// <param name="Listeners">About how many nodes and workers hear commands for the agent now; 0 when nobody does, which may change until the run fails as unclaimed.</param>
/// <param name="Id">The cursor of the request; null when the run had been asked for before.</param>
internal sealed record AskedRun(string RunId, string Agent, long Listeners, string? Id);
