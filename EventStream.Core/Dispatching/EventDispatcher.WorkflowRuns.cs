namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="RunPublisher.WorkflowRunCreatedAsync"/>
    public ValueTask WorkflowRunCreatedAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunCreatedAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowRunUpdatedAsync"/>
    public ValueTask WorkflowRunUpdatedAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunUpdatedAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowRunCompletedAsync"/>
    public ValueTask WorkflowRunCompletedAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunCompletedAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowRunFailedAsync"/>
    public ValueTask WorkflowRunFailedAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunFailedAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowRunCancelledAsync"/>
    public ValueTask WorkflowRunCancelledAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunCancelledAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowRunPausedAsync"/>
    public ValueTask WorkflowRunPausedAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunPausedAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowRunResumedAsync"/>
    public ValueTask WorkflowRunResumedAsync(
        string sessionId, string runId, string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null,
        string? finishedAt = null, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowRunResumedAsync(workflowId, projectId, status, lastMessage, startedAt, finishedAt, errorMessage, cancellationToken);
}
