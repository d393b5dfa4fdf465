using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

public readonly partial record struct RunPublisher
{
    /// <summary>A run is planned.</summary>
    public ValueTask RunCreatedAsync(string? baseSessionId = null, string? parentRunId = null, string? status = null, string? agent = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunCreated { RunId = RunId, BaseSessionId = baseSessionId, ParentRunId = parentRunId, Status = status, Agent = agent ?? AgentId }, cancellationToken);

    /// <summary>A run begins.</summary>
    public ValueTask RunStartedAsync(string? baseSessionId = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunStarted { RunId = RunId, BaseSessionId = baseSessionId }, cancellationToken);

    /// <summary>What is known of a run has changed; it goes on.</summary>
    public ValueTask RunUpdatedAsync(string? status = null, string? agent = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunUpdated { RunId = RunId, Status = status, Agent = agent ?? AgentId }, cancellationToken);

    /// <summary>A run waits for somebody to answer it.</summary>
    public ValueTask RunAwaitingInputAsync(string? status = null, string? agent = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunAwaitingInput { RunId = RunId, Status = status, Agent = agent ?? AgentId }, cancellationToken);

    /// <summary>Someone asks a run to stop.</summary>
    public ValueTask RunInterruptRequestedAsync(string? reason = null, string? requestedBy = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunInterruptRequested { RunId = RunId, Reason = reason, RequestedBy = requestedBy }, cancellationToken);

    /// <summary>A run has stored the state that the session goes on from.</summary>
    public ValueTask SnapshotCommittedAsync(string snapshotId, string? parentSessionId = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new SnapshotCommitted { RunId = RunId, SnapshotId = snapshotId, ParentSessionId = parentSessionId }, cancellationToken);

    /// <summary>Terminal: the run succeeded.</summary>
    public ValueTask RunCompletedAsync(object? output = null, object? usage = null, string? stopReason = null, string? agent = null, string? status = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunCompleted
        {
            RunId = RunId,
            Output = EventJson.OptionalElement(output),
            Usage = EventJson.OptionalElement(usage),
            StopReason = stopReason,
            Agent = agent ?? AgentId,
            Status = status,
        }, cancellationToken);

    /// <summary>Terminal: the run failed.</summary>
    public ValueTask RunFailedAsync(string error, string? errorType = null, string? agent = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunFailed { RunId = RunId, Error = error, ErrorType = errorType, Agent = agent ?? AgentId }, cancellationToken);

    /// <summary>Terminal: the run was stopped.</summary>
    public ValueTask RunCancelledAsync(string? terminationReason = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new RunCancelled { RunId = RunId, TerminationReason = terminationReason }, cancellationToken);
}
