using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Publishes the events of one run: fills in its id and that of its agent. Made by <see cref="EventDispatcher.ForRun"/>.</summary>
public readonly partial record struct RunPublisher : IEventTarget
{
    internal RunPublisher(EventDispatcher dispatcher, string sessionId, string runId, string? agentId, string? projectId, bool broadcast) =>
        (Dispatcher, SessionId, RunId, AgentId, ProjectId, Broadcast) = (dispatcher, sessionId, runId, agentId, projectId, broadcast);

    /// <summary>What publishes the events.</summary>
    public EventDispatcher Dispatcher { get; }

    /// <inheritdoc/>
    public string SessionId { get; }

    /// <summary>The run: <c>run_id</c> of every envelope, and of the payloads that have one.</summary>
    public string RunId { get; }

    /// <summary>The agent: <c>agent_id</c> of every envelope, and <c>agent</c> of the payloads that have one when the caller names none.</summary>
    public string? AgentId { get; }

    /// <summary>The project: <c>project_id</c> of every envelope.</summary>
    public string? ProjectId { get; }

    /// <summary>Whether every event is broadcast too.</summary>
    public bool Broadcast { get; }

    private PublishOptions Options => new() { RunId = RunId, AgentId = AgentId, ProjectId = ProjectId, Broadcast = Broadcast };

    /// <inheritdoc/>
    public ValueTask PublishAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) =>
        Dispatcher.PublishAsync(SessionId, payload, Options, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAsync(string, string, object, PublishOptions, CancellationToken)"/>
    public ValueTask PublishAsync(string type, object payload, CancellationToken cancellationToken = default) =>
        Dispatcher.PublishAsync(SessionId, type, payload, Options, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAndConfirmAsync(string, CanonicalPayload, PublishOptions, CancellationToken)"/>
    public Task<EventReceipt> PublishAndConfirmAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) =>
        Dispatcher.PublishAndConfirmAsync(SessionId, payload, Options, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAndConfirmAsync(string, string, object, PublishOptions, CancellationToken)"/>
    public Task<EventReceipt> PublishAndConfirmAsync(string type, object payload, CancellationToken cancellationToken = default) =>
        Dispatcher.PublishAndConfirmAsync(SessionId, type, payload, Options, cancellationToken);
}
