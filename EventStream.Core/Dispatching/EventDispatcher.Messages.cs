namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="MessageEvents.MessageCreatedAsync"/>
    public ValueTask MessageCreatedAsync(
        string sessionId, string messageId, string? role = null, string? content = null, string? name = null, string? toolCallId = null, string? createdAt = null,
        IReadOnlyList<string>? contextItemIds = null, string? runId = null, CancellationToken cancellationToken = default) =>
        runId is null
            ? ForSession(sessionId).MessageCreatedAsync(messageId, role, content, name, toolCallId, createdAt, contextItemIds, cancellationToken)
            : ForRun(sessionId, runId).MessageCreatedAsync(messageId, role, content, name, toolCallId, createdAt, contextItemIds, cancellationToken);

    /// <inheritdoc cref="MessageEvents.MessageUpdatedAsync"/>
    public ValueTask MessageUpdatedAsync(
        string sessionId, string messageId, string? content = null, bool? replace = null, string? role = null, string? name = null, string? toolCallId = null,
        string? createdAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).MessageUpdatedAsync(messageId, content, replace, role, name, toolCallId, createdAt, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentMessageStartAsync"/>
    public ValueTask AgentMessageStartAsync(string sessionId, string messageId, string? agent = null, string? role = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentMessageStartAsync(messageId, agent, role, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentMessageDeltaAsync"/>
    public ValueTask AgentMessageDeltaAsync(string sessionId, string messageId, string delta, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentMessageDeltaAsync(messageId, delta, agent, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentMessageEndAsync"/>
    public ValueTask AgentMessageEndAsync(string sessionId, string messageId, string content, string? agent = null, bool? contentTruncated = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentMessageEndAsync(messageId, content, agent, contentTruncated, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentThoughtDeltaAsync"/>
    public ValueTask AgentThoughtDeltaAsync(string sessionId, string delta, string? messageId = null, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentThoughtDeltaAsync(delta, messageId, agent, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentThoughtAsync{T}(T, string?, string, bool, string?, CancellationToken)"/>
    public ValueTask AgentThoughtAsync(string sessionId, string? agent, string content, bool debug = true, string? messageId = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentThoughtAsync(agent, content, debug, messageId, cancellationToken);
}
