using EventStream.Bus;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Publishes to one session. Made by <see cref="EventDispatcher.ForSession"/>.</summary>
public readonly record struct SessionPublisher : IEventTarget
{
    private readonly EventDispatcher _dispatcher;

    internal SessionPublisher(EventDispatcher dispatcher, string sessionId) => (_dispatcher, SessionId) = (dispatcher, sessionId);

    /// <inheritdoc/>
    public string SessionId { get; }

    /// <summary>None: a session may have many runs.</summary>
    public string? RunId => null;

    /// <summary>None: a session may have many agents.</summary>
    public string? AgentId => null;

    /// <summary>The same methods for one run of the session.</summary>
    public RunPublisher ForRun(string runId, string? agentId = null) => _dispatcher.ForRun(SessionId, runId, agentId);

    /// <inheritdoc/>
    public ValueTask PublishAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) =>
        _dispatcher.PublishAsync(SessionId, payload, options: null, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAsync(string, string, object, PublishOptions?, CancellationToken)"/>
    public ValueTask PublishAsync(string type, object payload, CancellationToken cancellationToken = default) =>
        _dispatcher.PublishAsync(SessionId, type, payload, options: null, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAndConfirmAsync(string, CanonicalPayload, PublishOptions?, CancellationToken)"/>
    public Task<EventReceipt> PublishAndConfirmAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) =>
        _dispatcher.PublishAndConfirmAsync(SessionId, payload, options: null, cancellationToken);

    /// <inheritdoc cref="EventDispatcher.PublishAndConfirmAsync(string, string, object, PublishOptions?, CancellationToken)"/>
    public Task<EventReceipt> PublishAndConfirmAsync(string type, object payload, CancellationToken cancellationToken = default) =>
        _dispatcher.PublishAndConfirmAsync(SessionId, type, payload, options: null, cancellationToken);
}
