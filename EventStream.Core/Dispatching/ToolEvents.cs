using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Calls of tools.</summary>
public static class ToolEvents
{
    /// <summary>An agent calls a tool.</summary>
    public static ValueTask ToolCallStartedAsync<T>(
        this T target, string toolCallId, string toolName, object? args, string? agent = null, string? argsRaw = null, bool? argsTruncated = null, string? argsSummary = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallStarted
        {
            ToolCallId = toolCallId,
            ToolName = toolName,
            Args = EventJson.Element(args ?? EventJson.NoMembers),
            Agent = agent ?? target.AgentId,
            ArgsRaw = argsRaw,
            ArgsTruncated = argsTruncated,
            ArgsSummary = argsSummary,
        }, cancellationToken);

    /// <summary>What is known of a tool call has changed.</summary>
    public static ValueTask ToolCallUpdatedAsync<T>(
        this T target, string toolCallId, string? toolName = null, object? args = null, string? argsRaw = null, bool? argsTruncated = null, string? agent = null,
        CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallUpdated
        {
            ToolCallId = toolCallId,
            ToolName = toolName,
            Args = EventJson.OptionalElement(args),
            ArgsRaw = argsRaw,
            ArgsTruncated = argsTruncated,
            Agent = agent ?? target.AgentId,
        }, cancellationToken);

    /// <summary>A tool call reports progress, in words.</summary>
    public static ValueTask ToolCallDeltaAsync<T>(this T target, string toolCallId, string delta, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallDelta { ToolCallId = toolCallId, Delta = delta }, cancellationToken);

    /// <summary>A further piece of the JSON text of the arguments.</summary>
    public static ValueTask ToolCallArgsDeltaAsync<T>(this T target, string toolCallId, string delta, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallArgsDelta { ToolCallId = toolCallId, Delta = delta }, cancellationToken);

    /// <summary>The arguments are complete.</summary>
    public static ValueTask ToolCallArgsEndAsync<T>(this T target, string toolCallId, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallArgsEnd { ToolCallId = toolCallId }, cancellationToken);

    /// <summary>A tool call has ended.</summary>
    public static ValueTask ToolCallResultAsync<T>(
        this T target, string toolCallId, string toolName, object? result, string? error = null, bool? success = null, double? durationMs = null, bool? blocked = null, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallResult
        {
            ToolCallId = toolCallId,
            ToolName = toolName,
            Result = EventJson.OptionalElement(result),
            Error = error,
            Success = success,
            DurationMs = durationMs,
            Blocked = blocked,
            Agent = agent ?? target.AgentId,
        }, cancellationToken);
}
