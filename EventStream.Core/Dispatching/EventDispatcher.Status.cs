namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="StatusEvents.AgentStatusAsync"/>
    public ValueTask AgentStatusAsync(
        string sessionId, string status, string? previousStatus = null, string? sourceStatus = null, string? agent = null, string? assistantName = null,
        int? stepCount = null, string? errorMessage = null, object? output = null, string? lastResponse = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AgentStatusAsync(status, previousStatus, sourceStatus, agent, assistantName, stepCount, errorMessage, output, lastResponse, cancellationToken);

    /// <inheritdoc cref="StatusEvents.NotificationAsync"/>
    public ValueTask NotificationAsync(string sessionId, string? message = null, string? severity = null, object? value = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).NotificationAsync(message, severity, value, cancellationToken);
}
