using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Traces, log lines and configuration of a system, and what has no canonical type.</summary>
public static class SystemEvents
{
    /// <summary>A trace was begun.</summary>
    public static ValueTask TraceCreatedAsync<T>(
        this T target, string traceId, string? name = null, string? status = null, double? durationMs = null, object? metadata = null, string? createdAt = null,
        string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new TraceCreated
        {
            TraceId = traceId,
            Name = name,
            Status = status,
            DurationMs = durationMs,
            Metadata = EventJson.OptionalElement(metadata),
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);

    /// <summary>A trace has got on or ended.</summary>
    public static ValueTask TraceUpdatedAsync<T>(
        this T target, string traceId, string? name = null, string? status = null, double? durationMs = null, object? metadata = null, string? createdAt = null,
        string? updatedAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new TraceUpdated
        {
            TraceId = traceId,
            Name = name,
            Status = status,
            DurationMs = durationMs,
            Metadata = EventJson.OptionalElement(metadata),
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
        }, cancellationToken);

    /// <summary>A system has written a line to its log.</summary>
    public static ValueTask LogCreatedAsync<T>(
        this T target, string level, string message, string? logId = null, object? context = null, string? createdAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new LogCreated { Level = level, Message = message, LogId = logId, Context = EventJson.OptionalElement(context), CreatedAt = createdAt }, cancellationToken);

    /// <summary>The configuration of a system has changed.</summary>
    public static ValueTask ConfigUpdatedAsync<T>(this T target, object config, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ConfigUpdated { Config = EventJson.Element(config) }, cancellationToken);

    /// <summary>An event that has no canonical type: its name and any value.</summary>
    public static ValueTask CustomEventAsync<T>(this T target, string name, object? value, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new CustomEvent { Name = name, Value = EventJson.Element(value) }, cancellationToken);
}
