using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Where events go whose session, and perhaps whose run and agent, are known: see <see cref="SessionPublisher"/> and <see cref="RunPublisher"/>.</summary>
public interface IEventTarget
{
    /// <summary>The session.</summary>
    string SessionId { get; }

    /// <summary>The run that the events belong to; null: none, or one that each payload names.</summary>
    string? RunId { get; }

    /// <summary>The agent that the events say they come from when the caller names none.</summary>
    string? AgentId { get; }

    /// <summary>Queues a canonical event.</summary>
    /// <param name="payload">The payload, whose class gives the type.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    /// <exception cref="Events.EventRejectedException">A member breaks a rule of the envelope.</exception>
    ValueTask PublishAsync(CanonicalPayload payload, CancellationToken cancellationToken = default);
}
