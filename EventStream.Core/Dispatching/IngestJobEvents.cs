using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Jobs that take documents in.</summary>
public static class IngestJobEvents
{
    /// <summary>An ingest job was accepted.</summary>
    public static ValueTask IngestJobCreatedAsync<T>(
        this T target, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new IngestJobCreated
        {
            JobId = jobId,
            ProjectId = projectId,
            Status = status,
            Progress = progress,
            Stage = stage,
            Message = message,
            ErrorMessage = errorMessage,
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);

    /// <summary>An ingest job has got on or changed.</summary>
    public static ValueTask IngestJobUpdatedAsync<T>(
        this T target, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new IngestJobUpdated
        {
            JobId = jobId,
            ProjectId = projectId,
            Status = status,
            Progress = progress,
            Stage = stage,
            Message = message,
            ErrorMessage = errorMessage,
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);

    /// <summary>An ingest job succeeded.</summary>
    public static ValueTask IngestJobCompletedAsync<T>(
        this T target, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new IngestJobCompleted
        {
            JobId = jobId,
            ProjectId = projectId,
            Status = status,
            Progress = progress,
            Stage = stage,
            Message = message,
            ErrorMessage = errorMessage,
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);

    /// <summary>An ingest job failed.</summary>
    public static ValueTask IngestJobFailedAsync<T>(
        this T target, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new IngestJobFailed
        {
            JobId = jobId,
            ProjectId = projectId,
            Status = status,
            Progress = progress,
            Stage = stage,
            Message = message,
            ErrorMessage = errorMessage,
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);

    /// <summary>An ingest job was ended from outside.</summary>
    public static ValueTask IngestJobCancelledAsync<T>(
        this T target, string jobId, string? projectId = null, string? status = null, double? progress = null, string? stage = null, string? message = null,
        string? errorMessage = null, string? createdAt = null, string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new IngestJobCancelled
        {
            JobId = jobId,
            ProjectId = projectId,
            Status = status,
            Progress = progress,
            Stage = stage,
            Message = message,
            ErrorMessage = errorMessage,
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);
}
