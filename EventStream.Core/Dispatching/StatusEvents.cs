using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>The states of agents, and notices.</summary>
public static class StatusEvents
{
    /// <summary>An agent came into another state.</summary>
    public static ValueTask AgentStatusAsync<T>(
        this T target, string status, string? previousStatus = null, string? sourceStatus = null, string? agent = null, string? assistantName = null,
        int? stepCount = null, string? errorMessage = null, object? output = null, string? lastResponse = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentStatus
        {
            Status = status,
            PreviousStatus = previousStatus,
            SourceStatus = sourceStatus,
            Agent = agent ?? target.AgentId,
            AssistantName = assistantName,
            StepCount = stepCount,
            ErrorMessage = errorMessage,
            Output = EventJson.OptionalElement(output),
            LastResponse = lastResponse,
        }, cancellationToken);

    /// <summary>Something that people should know.</summary>
    public static ValueTask NotificationAsync<T>(
        this T target, string? message = null, string? severity = null, object? value = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new Notification { Message = message, Severity = severity, Value = EventJson.OptionalElement(value) }, cancellationToken);
}
