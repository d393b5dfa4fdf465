namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="SystemEvents.TraceCreatedAsync"/>
    public ValueTask TraceCreatedAsync(
        string sessionId, string traceId, string? name = null, string? status = null, double? durationMs = null, object? metadata = null, string? createdAt = null,
        string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).TraceCreatedAsync(traceId, name, status, durationMs, metadata, createdAt, updatedAt, cancellationToken);

    /// <inheritdoc cref="SystemEvents.TraceUpdatedAsync"/>
    public ValueTask TraceUpdatedAsync(
        string sessionId, string traceId, string? name = null, string? status = null, double? durationMs = null, object? metadata = null, string? createdAt = null,
        string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).TraceUpdatedAsync(traceId, name, status, durationMs, metadata, createdAt, updatedAt, cancellationToken);

    /// <inheritdoc cref="SystemEvents.LogCreatedAsync"/>
    public ValueTask LogCreatedAsync(
        string sessionId, string level, string message, string? logId = null, object? context = null, string? createdAt = null,
        CancellationToken cancellationToken = default) =>
        ForSession(sessionId).LogCreatedAsync(level, message, logId, context, createdAt, cancellationToken);

    /// <inheritdoc cref="SystemEvents.ConfigUpdatedAsync"/>
    public ValueTask ConfigUpdatedAsync(string sessionId, object config, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).ConfigUpdatedAsync(config, cancellationToken);

    /// <inheritdoc cref="SystemEvents.CustomEventAsync"/>
    public ValueTask CustomEventAsync(string sessionId, string name, object? value, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).CustomEventAsync(name, value, cancellationToken);
}
