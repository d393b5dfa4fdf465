using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Publishes the events of one run: fills in its id and that of its agent. Made by <see cref="EventDispatcher.ForRun"/>.</summary>
public readonly partial record struct RunPublisher : IEventTarget
{
    private readonly EventDispatcher _dispatcher;

    internal RunPublisher(EventDispatcher dispatcher, string sessionId, string runId, string? agentId) =>
        (_dispatcher, SessionId, RunId, AgentId) = (dispatcher, sessionId, runId, agentId);

    /// <inheritdoc/>
    public string SessionId { get; }

    /// <summary>The run: <c>run_id</c> of every envelope, and of the payloads that have one.</summary>
    public string RunId { get; }

    /// <summary>The agent: <c>agent_id</c> of every envelope, and <c>agent</c> of the payloads that have one when the caller names none.</summary>
    public string? AgentId { get; }

    private EventContext Context => new() { RunId = RunId, AgentId = AgentId };

    /// <inheritdoc/>
    public ValueTask PublishAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) =>
        _dispatcher.QueueAsync(SessionId, payload, Context, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAsync(string, string, object, PublishOptions?, CancellationToken)"/>
    public ValueTask PublishAsync(string type, object payload, CancellationToken cancellationToken = default) =>
        _dispatcher.QueueAsync(SessionId, type, payload, Context, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAndConfirmAsync(string, CanonicalPayload, PublishOptions?, CancellationToken)"/>
    public Task<EventReceipt> PublishAndConfirmAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) =>
        _dispatcher.ConfirmAsync(SessionId, payload, Context, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAndConfirmAsync(string, string, object, PublishOptions?, CancellationToken)"/>
    public Task<EventReceipt> PublishAndConfirmAsync(string type, object payload, CancellationToken cancellationToken = default) =>
        _dispatcher.ConfirmAsync(SessionId, type, payload, Context, cancellationToken);
}
