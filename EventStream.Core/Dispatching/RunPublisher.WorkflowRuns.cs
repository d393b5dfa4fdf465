using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

public readonly partial record struct RunPublisher
{
    /// <summary>The run of a workflow was created.</summary>
    public ValueTask WorkflowRunCreatedAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunCreated
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);

    /// <summary>The run of a workflow has changed.</summary>
    public ValueTask WorkflowRunUpdatedAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunUpdated
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);

    /// <summary>The run of a workflow succeeded.</summary>
    public ValueTask WorkflowRunCompletedAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunCompleted
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);

    /// <summary>The run of a workflow failed.</summary>
    public ValueTask WorkflowRunFailedAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunFailed
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);

    /// <summary>The run of a workflow was ended from outside.</summary>
    public ValueTask WorkflowRunCancelledAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunCancelled
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);

    /// <summary>The run of a workflow was paused.</summary>
    public ValueTask WorkflowRunPausedAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunPaused
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);

    /// <summary>The run of a workflow goes on after a pause.</summary>
    public ValueTask WorkflowRunResumedAsync(
        string? workflowId = null, string? projectId = null, string? status = null, string? lastMessage = null, string? startedAt = null, string? finishedAt = null,
        string? errorMessage = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowRunResumed
        {
            RunId = RunId,
            WorkflowId = workflowId,
            ProjectId = projectId,
            Status = status,
            LastMessage = lastMessage,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            ErrorMessage = errorMessage,
        }, cancellationToken);
}
