namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="IngestJobEvents.IngestJobCreatedAsync"/>
    public ValueTask IngestJobCreatedAsync(
        string sessionId, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).IngestJobCreatedAsync(jobId, projectId, status, progress, stage, message, errorMessage, createdAt, updatedAt, cancellationToken);

    /// <inheritdoc cref="IngestJobEvents.IngestJobUpdatedAsync"/>
    public ValueTask IngestJobUpdatedAsync(
        string sessionId, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).IngestJobUpdatedAsync(jobId, projectId, status, progress, stage, message, errorMessage, createdAt, updatedAt, cancellationToken);

    /// <inheritdoc cref="IngestJobEvents.IngestJobCompletedAsync"/>
    public ValueTask IngestJobCompletedAsync(
        string sessionId, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).IngestJobCompletedAsync(jobId, projectId, status, progress, stage, message, errorMessage, createdAt, updatedAt, cancellationToken);

    /// <inheritdoc cref="IngestJobEvents.IngestJobFailedAsync"/>
    public ValueTask IngestJobFailedAsync(
        string sessionId, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).IngestJobFailedAsync(jobId, projectId, status, progress, stage, message, errorMessage, createdAt, updatedAt, cancellationToken);

    /// <inheritdoc cref="IngestJobEvents.IngestJobCancelledAsync"/>
    public ValueTask IngestJobCancelledAsync(
        string sessionId, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).IngestJobCancelledAsync(jobId, projectId, status, progress, stage, message, errorMessage, createdAt, updatedAt, cancellationToken);
}
