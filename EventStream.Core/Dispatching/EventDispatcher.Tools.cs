namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="ToolEvents.ToolCallStartedAsync"/>
    public ValueTask ToolCallStartedAsync(string sessionId, string toolCallId, string toolName, object? args, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallStartedAsync(toolCallId, toolName, args, agent, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallDeltaAsync"/>
    public ValueTask ToolCallDeltaAsync(string sessionId, string toolCallId, string delta, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallDeltaAsync(toolCallId, delta, cancellationToken);

    /// <inheritdoc cref="ToolEvents.ToolCallResultAsync"/>
    public ValueTask ToolCallResultAsync(string sessionId, string toolCallId, string toolName, object? result, string? error = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ToolCallResultAsync(toolCallId, toolName, result, error, cancellationToken);
}
