namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="RunPublisher.RunCreatedAsync"/>
    public ValueTask RunCreatedAsync(string sessionId, string runId, string? baseSessionId = null, string? parentRunId = null, string? status = null, string? agent = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunCreatedAsync(baseSessionId, parentRunId, status, agent, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunStartedAsync"/>
    public ValueTask RunStartedAsync(string sessionId, string runId, string? baseSessionId = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunStartedAsync(baseSessionId, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunUpdatedAsync"/>
    public ValueTask RunUpdatedAsync(string sessionId, string runId, string? status = null, string? agent = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunUpdatedAsync(status, agent, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunAwaitingInputAsync"/>
    public ValueTask RunAwaitingInputAsync(string sessionId, string runId, string? status = null, string? agent = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunAwaitingInputAsync(status, agent, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunInterruptRequestedAsync"/>
    public ValueTask RunInterruptRequestedAsync(string sessionId, string runId, string? reason = null, string? requestedBy = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunInterruptRequestedAsync(reason, requestedBy, cancellationToken);

    /// <inheritdoc cref="RunPublisher.SnapshotCommittedAsync"/>
    public ValueTask SnapshotCommittedAsync(string sessionId, string runId, string snapshotId, string? parentSessionId = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).SnapshotCommittedAsync(snapshotId, parentSessionId, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunCompletedAsync"/>
    public ValueTask RunCompletedAsync(
        string sessionId, string runId, object? output = null, object? usage = null, string? stopReason = null, string? agent = null, string? status = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunCompletedAsync(output, usage, stopReason, agent, status, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunFailedAsync"/>
    public ValueTask RunFailedAsync(string sessionId, string runId, string error, string? errorType = null, string? agent = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunFailedAsync(error, errorType, agent, cancellationToken);

    /// <inheritdoc cref="RunPublisher.RunCancelledAsync"/>
    public ValueTask RunCancelledAsync(string sessionId, string runId, string? terminationReason = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).RunCancelledAsync(terminationReason, cancellationToken);

    /// <inheritdoc cref="RunNotices.RunRetryAsync"/>
    public ValueTask RunRetryAsync(string sessionId, int retryCount, int maxRetries, string reason, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).RunRetryAsync(retryCount, maxRetries, reason, cancellationToken);

    /// <inheritdoc cref="RunNotices.RunErrorAsync"/>
    public ValueTask RunErrorAsync(string sessionId, string errorType, string message, string? agent = null, string? step = null, string? traceback = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).RunErrorAsync(errorType, message, agent, step, traceback, cancellationToken);

    /// <inheritdoc cref="RunNotices.RunInterruptedAsync"/>
    public ValueTask RunInterruptedAsync(string sessionId, string reason, string? step = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).RunInterruptedAsync(reason, step, cancellationToken);
}
