using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Publishes to one session. Made by <see cref="EventDispatcher.ForSession"/>.</summary>
public readonly record struct SessionPublisher : IEventTarget
{
    internal SessionPublisher(EventDispatcher dispatcher, string sessionId, string? projectId, bool broadcast) =>
        (Dispatcher, SessionId, ProjectId, Broadcast) = (dispatcher, sessionId, projectId, broadcast);

    /// <summary>What publishes the events.</summary>
    public EventDispatcher Dispatcher { get; }

    /// <inheritdoc/>
    public string SessionId { get; }

    /// <summary>The project: <c>project_id</c> of every envelope.</summary>
    public string? ProjectId { get; }

    /// <summary>Whether every event is broadcast too.</summary>
    public bool Broadcast { get; }

    /// <summary>None: a session may have many runs.</summary>
    public string? RunId => null;

    /// <summary>None: a session may have many agents.</summary>
    public string? AgentId => null;

    /// <summary>The same methods for one run of the session.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="agentId">Its agent.</param>
    public RunPublisher ForRun(string runId, string? agentId = null) => Dispatcher.ForRun(SessionId, runId, agentId, ProjectId, Broadcast);

    private PublishOptions Options => new() { ProjectId = ProjectId, Broadcast = Broadcast };

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
