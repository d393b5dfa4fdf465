using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>The nodes of workflows; what is about a whole run stands in <see cref="RunPublisher"/>.</summary>
public static class WorkflowEvents
{
    /// <summary>A node of a workflow came into another state.</summary>
    public static ValueTask WorkflowNodeStateUpdatedAsync<T>(
        this T target, string nodeId, string? status = null, double? progress = null, IReadOnlyList<string>? messages = null, string? startedAt = null,
        string? completedAt = null, string? error = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new WorkflowNodeStateUpdated
        {
            RunId = target.RunId,
            NodeId = nodeId,
            Status = status,
            Progress = progress,
            Messages = messages,
            StartedAt = startedAt,
            CompletedAt = completedAt,
            Error = error,
        }, cancellationToken);
}
