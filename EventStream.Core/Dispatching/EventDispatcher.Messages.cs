namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="MessageEvents.AgentMessageStartAsync"/>
    public ValueTask AgentMessageStartAsync(string sessionId, string messageId, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentMessageStartAsync(messageId, agent, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentMessageDeltaAsync"/>
    public ValueTask AgentMessageDeltaAsync(string sessionId, string messageId, string delta, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentMessageDeltaAsync(messageId, delta, agent, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentMessageEndAsync"/>
    public ValueTask AgentMessageEndAsync(string sessionId, string messageId, string content, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentMessageEndAsync(messageId, content, agent, cancellationToken);

    /// <inheritdoc cref="MessageEvents.AgentThoughtAsync{T}(T, string?, string, bool, CancellationToken)"/>
    public ValueTask AgentThoughtAsync(string sessionId, string? agent, string content, bool debug = true, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentThoughtAsync(agent, content, debug, cancellationToken);
}
