using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Calls of tools.</summary>
public static class ToolEvents
{
    /// <summary>An agent calls a tool.</summary>
    public static ValueTask ToolCallStartedAsync<T>(this T target, string toolCallId, string toolName, object? args, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallStarted { ToolCallId = toolCallId, ToolName = toolName, Args = EventJson.Element(args ?? EventJson.NoMembers), Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>A tool call reports progress, in words.</summary>
    public static ValueTask ToolCallDeltaAsync<T>(this T target, string toolCallId, string delta, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallDelta { ToolCallId = toolCallId, Delta = delta }, cancellationToken);

    /// <summary>A tool call has ended.</summary>
    public static ValueTask ToolCallResultAsync<T>(this T target, string toolCallId, string toolName, object? result, string? error = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new ToolCallResult { ToolCallId = toolCallId, ToolName = toolName, Result = EventJson.OptionalElement(result), Error = error }, cancellationToken);
}
