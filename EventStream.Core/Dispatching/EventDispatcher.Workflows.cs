namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="RunPublisher.WorkflowStartedAsync"/>
    public ValueTask WorkflowStartedAsync(string sessionId, string workflow, string runId, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowStartedAsync(workflow, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowStepStartedAsync"/>
    public ValueTask WorkflowStepStartedAsync(string sessionId, string runId, string stepId, string description, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowStepStartedAsync(stepId, description, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowStepCompletedAsync"/>
    public ValueTask WorkflowStepCompletedAsync(string sessionId, string runId, string stepId, object? output, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowStepCompletedAsync(stepId, output, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowTransitionAsync"/>
    public ValueTask WorkflowTransitionAsync(string sessionId, string runId, string fromStep, string toStep, string reason, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowTransitionAsync(fromStep, toStep, reason, cancellationToken);

    /// <inheritdoc cref="RunPublisher.WorkflowCompletedAsync"/>
    public ValueTask WorkflowCompletedAsync(string sessionId, string runId, object? result, CancellationToken cancellationToken = default) =>
        ForRun(sessionId, runId).WorkflowCompletedAsync(result, cancellationToken);

    /// <inheritdoc cref="WorkflowEvents.WorkflowNodeStateUpdatedAsync"/>
    public ValueTask WorkflowNodeStateUpdatedAsync(
        string sessionId, string nodeId, string? status = null, double? progress = null, IReadOnlyList<string>? messages = null, string? startedAt = null,
        string? completedAt = null, string? error = null, string? runId = null, CancellationToken cancellationToken = default) =>
        runId is null
            ? ForSession(sessionId).WorkflowNodeStateUpdatedAsync(nodeId, status, progress, messages, startedAt, completedAt, error, cancellationToken)
            : ForRun(sessionId, runId).WorkflowNodeStateUpdatedAsync(nodeId, status, progress, messages, startedAt, completedAt, error, cancellationToken);
}
