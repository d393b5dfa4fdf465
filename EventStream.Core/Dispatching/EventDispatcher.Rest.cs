using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <inheritdoc cref="OtherEvents.SessionCreatedAsync"/>
    public ValueTask SessionCreatedAsync(string sessionId, object session, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).SessionCreatedAsync(session, cancellationToken);

    /// <inheritdoc cref="OtherEvents.SessionUpdatedAsync"/>
    public ValueTask SessionUpdatedAsync(string sessionId, object session, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).SessionUpdatedAsync(session, cancellationToken);

    /// <inheritdoc cref="OtherEvents.SessionStartedAsync"/>
    public ValueTask SessionStartedAsync(string sessionId, string? agent = null, object? metadata = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).SessionStartedAsync(agent, metadata, cancellationToken);

    /// <inheritdoc cref="OtherEvents.SessionEndedAsync"/>
    public ValueTask SessionEndedAsync(string sessionId, string reason, string? summary = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).SessionEndedAsync(reason, summary, cancellationToken);

    /// <inheritdoc cref="OtherEvents.RetrievalStartedAsync"/>
    public ValueTask RetrievalStartedAsync(string sessionId, string query, string? agent = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).RetrievalStartedAsync(query, agent, cancellationToken);

    /// <inheritdoc cref="OtherEvents.RetrievalResultAsync"/>
    public ValueTask RetrievalResultAsync(string sessionId, IReadOnlyList<RetrievedDocument> documents, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).RetrievalResultAsync(documents, cancellationToken);

    /// <inheritdoc cref="OtherEvents.AutomationTriggeredAsync"/>
    public ValueTask AutomationTriggeredAsync(string sessionId, string workflow, string trigger, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AutomationTriggeredAsync(workflow, trigger, cancellationToken);

    /// <inheritdoc cref="OtherEvents.AutomationCompletedAsync"/>
    public ValueTask AutomationCompletedAsync(string sessionId, string workflow, string result, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).AutomationCompletedAsync(workflow, result, cancellationToken);

    /// <inheritdoc cref="OtherEvents.MetricsUpdateAsync"/>
    public ValueTask MetricsUpdateAsync(string sessionId, double cpu, string memoryUsed, string diskFree, int containersRunning, object? extra = null, CancellationToken cancellationToken = default) =>
        ForSession(sessionId).MetricsUpdateAsync(cpu, memoryUsed, diskFree, containersRunning, extra, cancellationToken);
}
