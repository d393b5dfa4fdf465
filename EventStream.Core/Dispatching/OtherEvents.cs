using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Sessions, retrieval, automations, metrics.</summary>
public static class OtherEvents
{
    /// <summary>A session was created: what its system knows of it.</summary>
    public static ValueTask SessionCreatedAsync<T>(this T target, object session, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new SessionCreated { Session = EventJson.Element(session) }, cancellationToken);

    /// <summary>What is known of a session has changed.</summary>
    public static ValueTask SessionUpdatedAsync<T>(this T target, object session, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new SessionUpdated { Session = EventJson.Element(session) }, cancellationToken);

    /// <summary>A session begins.</summary>
    public static ValueTask SessionStartedAsync<T>(this T target, string? agent = null, object? metadata = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new SessionStarted { SessionId = target.SessionId, Agent = agent ?? target.AgentId, Metadata = EventJson.OptionalElement(metadata) }, cancellationToken);

    /// <summary>A session is over: <c>completed</c>, <c>error</c>, <c>interrupted</c> or <c>timeout</c>.</summary>
    public static ValueTask SessionEndedAsync<T>(this T target, string reason, string? summary = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new SessionEnded { SessionId = target.SessionId, Reason = reason, Summary = summary }, cancellationToken);

    /// <summary>An agent looks for documents.</summary>
    public static ValueTask RetrievalStartedAsync<T>(this T target, string query, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new RetrievalStarted { Query = query, Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>The documents that were found.</summary>
    public static ValueTask RetrievalResultAsync<T>(this T target, IReadOnlyList<RetrievedDocument> documents, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new RetrievalResult { Documents = documents }, cancellationToken);

    /// <summary>An automation was set off.</summary>
    public static ValueTask AutomationTriggeredAsync<T>(this T target, string workflow, string trigger, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AutomationTriggered { Workflow = workflow, Trigger = trigger }, cancellationToken);

    /// <summary>An automation is done.</summary>
    public static ValueTask AutomationCompletedAsync<T>(this T target, string workflow, string result, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AutomationCompleted { Workflow = workflow, Result = result }, cancellationToken);

    /// <summary>Figures of the machine that an agent looks after.</summary>
    public static ValueTask MetricsUpdateAsync<T>(this T target, double cpu, string memoryUsed, string diskFree, int containersRunning, object? extra = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new MetricsUpdate { Cpu = cpu, MemoryUsed = memoryUsed, DiskFree = diskFree, ContainersRunning = containersRunning, Extra = EventJson.OptionalElement(extra) }, cancellationToken);
}
