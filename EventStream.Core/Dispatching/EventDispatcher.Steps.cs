using System.Text.Json;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="StepEvents.AgentStepStartedAsync"/>
    public ValueTask AgentStepStartedAsync(string sessionId, int stepNumber, int? messageCount = null, object? availableTools = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentStepStartedAsync(stepNumber, messageCount, availableTools, cancellationToken);

    /// <inheritdoc cref="StepEvents.AgentStepUpdatedAsync"/>
    public ValueTask AgentStepUpdatedAsync(
        string sessionId, string stepId, int? stepNumber = null, string? nodeId = null, string? status = null, object? input = null, object? output = null,
        string? error = null, double? durationMs = null, string? startedAt = null, string? completedAt = null, string? runId = null,
        CancellationToken cancellationToken = default) =>
        runId is null
            ? ForSession(sessionId).AgentStepUpdatedAsync(stepId, stepNumber, nodeId, status, input, output, error, durationMs, startedAt, completedAt, cancellationToken)
            : ForRun(sessionId, runId).AgentStepUpdatedAsync(stepId, stepNumber, nodeId, status, input, output, error, durationMs, startedAt, completedAt, cancellationToken);

    /// <inheritdoc cref="StepEvents.AgentStepCompletedAsync"/>
    public ValueTask AgentStepCompletedAsync(
        string sessionId, int stepNumber, bool? hasToolCalls = null, object? errors = null, string? finishReason = null, object? usage = null, double? durationMs = null,
        string? content = null, string? statusType = null, object? toolInfo = null, long? tokens = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentStepCompletedAsync(stepNumber, hasToolCalls, errors, finishReason, usage, durationMs, content, statusType, toolInfo, tokens, cancellationToken);

    /// <inheritdoc cref="StepEvents.AgentContinuationAsync"/>
    public ValueTask AgentContinuationAsync(
        string sessionId, bool shouldStop, int? stepNumber = null, string? stopReason = null, string? resolvedBy = null, IReadOnlyList<JsonElement>? evaluations = null,
        CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentContinuationAsync(shouldStop, stepNumber, stopReason, resolvedBy, evaluations, cancellationToken);
}
