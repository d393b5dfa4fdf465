using EventStream.Bus;
using EventStream.Sessions;
using EventStream.Sources;

namespace EventStream.Api.Agents;

/// <summary>What a session's runs are at, also when their start has left the log.</summary>
internal sealed class RunStates(SourceIngest sessions, IEventBus bus)
{
    /// <summary>The state of a session and of one of its runs; no run when the session knows none of that id.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<(SessionState Session, RunState? Run)> ReadAsync(StreamKey stream, string runId, CancellationToken cancellationToken)
    {
        var session = await sessions.ReadStateAsync(stream, cancellationToken);
        if (session.Run(runId) is { } run) return (session, run);
        // More events than the log holds may have followed its start.
        var start = bus is IRunStarts starts ? await starts.FindRunStartAsync(stream, runId, cancellationToken) : null;
        return (session, start is { } told ? new RunState("run_started", told.Agent, Number: 0) { ProjectId = told.ProjectId } : null);
    }
}
