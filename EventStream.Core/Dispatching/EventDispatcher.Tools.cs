namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="ToolEvents.ToolCallStartedAsync"/>
    public ValueTask ToolCallStartedAsync(
        string sessionId, string toolCallId, string toolName, object? args, string? agent = null, string? argsRaw = null, bool? argsTruncated = null, string? argsSummary = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallStartedAsync(toolCallId, toolName, args, agent, argsRaw, argsTruncated, argsSummary, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallUpdatedAsync"/>
    public ValueTask ToolCallUpdatedAsync(
        string sessionId, string toolCallId, string? toolName = null, object? args = null, string? argsRaw = null, bool? argsTruncated = null, string? agent = null,
        CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallUpdatedAsync(toolCallId, toolName, args, argsRaw, argsTruncated, agent, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallDeltaAsync"/>
    public ValueTask ToolCallDeltaAsync(string sessionId, string toolCallId, string delta, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallDeltaAsync(toolCallId, delta, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallArgsDeltaAsync"/>
    public ValueTask ToolCallArgsDeltaAsync(string sessionId, string toolCallId, string delta, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallArgsDeltaAsync(toolCallId, delta, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallArgsEndAsync"/>
    public ValueTask ToolCallArgsEndAsync(string sessionId, string toolCallId, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallArgsEndAsync(toolCallId, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallResultAsync"/>
    public ValueTask ToolCallResultAsync(
        string sessionId, string toolCallId, string toolName, object? result, string? error = null, bool? success = null, double? durationMs = null, bool? blocked = null, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallResultAsync(toolCallId, toolName, result, error, success, durationMs, blocked, agent, cancellationToken);
}
