using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>The steps of an agent's loop.</summary>
public static class StepEvents
{
    /// <summary>An agent begins one turn of its loop.</summary>
    public static ValueTask AgentStepStartedAsync<T>(
        this T target, int stepNumber, int? messageCount = null, object? availableTools = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentStepStarted { StepNumber = stepNumber, MessageCount = messageCount, AvailableTools = EventJson.OptionalElement(availableTools) }, cancellationToken);

    /// <summary>A step that is on record has changed.</summary>
    public static ValueTask AgentStepUpdatedAsync<T>(
        this T target, string stepId, int? stepNumber = null, string? nodeId = null, string? status = null, object? input = null, object? output = null,
        string? error = null, double? durationMs = null, string? startedAt = null, string? completedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentStepUpdated
        {
            RunId = target.RunId,
            StepId = stepId,
            StepNumber = stepNumber,
            NodeId = nodeId,
            Status = status,
            Input = EventJson.OptionalElement(input),
            Output = EventJson.OptionalElement(output),
            Error = error,
            DurationMs = durationMs,
            StartedAt = startedAt,
            CompletedAt = completedAt,
        }, cancellationToken);

    /// <summary>An agent has done one turn of its loop.</summary>
    public static ValueTask AgentStepCompletedAsync<T>(
        this T target, int stepNumber, bool? hasToolCalls = null, object? errors = null, string? finishReason = null, object? usage = null, double? durationMs = null,
        string? content = null, string? statusType = null, object? toolInfo = null, long? tokens = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentStepCompleted
        {
            StepNumber = stepNumber,
            HasToolCalls = hasToolCalls,
            Errors = EventJson.OptionalElement(errors),
            FinishReason = finishReason,
            Usage = EventJson.OptionalElement(usage),
            DurationMs = durationMs,
            Content = content,
            StatusType = statusType,
            ToolInfo = EventJson.OptionalElement(toolInfo),
            Tokens = tokens,
        }, cancellationToken);

    /// <summary>An agent has decided whether to go on after a step.</summary>
    public static ValueTask AgentContinuationAsync<T>(
        this T target, bool shouldStop, int? stepNumber = null, string? stopReason = null, string? resolvedBy = null, IReadOnlyList<JsonElement>? evaluations = null,
        CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentContinuation
        {
            ShouldContinue = !shouldStop,
            ShouldStop = shouldStop,
            StepNumber = stepNumber,
            StopReason = stopReason,
            ResolvedBy = resolvedBy,
            Evaluations = evaluations,
        }, cancellationToken);
}
