using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Short forms beside the generated <see cref="EventMethods"/>.</summary>
public static class ShortEventMethods
{
    /// <summary>What the target's own agent thinks on its way, not meant as an answer; only developers should see it.</summary>
    /// <param name="target">The session or run that the event belongs to.</param>
    /// <param name="content">The thought.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    public static ValueTask AgentThoughtAsync<T>(this T target, string content, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentThought { Agent = target.AgentId, Content = content, Debug = true }, cancellationToken);

    /// <summary>The end of a message whose text came in deltas: its text is what they said.</summary>
    /// <remarks>It is told with an empty <c>content</c> and <c>content_truncated</c>, so a client that comes once the deltas have left the log gets no text. <see cref="ScopeMethods.Message"/> keeps the text, and tells it at the end.</remarks>
    /// <param name="target">The session or run that the event belongs to.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    /// <example>
    /// <code>
    /// await foreach (var piece in model.StreamAsync(prompt)) await run.AgentMessageDeltaAsync("m1", piece);
    /// await run.AgentMessageEndAsync("m1");
    /// </code>
    /// </example>
    public static ValueTask AgentMessageEndAsync<T>(this T target, string messageId, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageEnd { MessageId = messageId, Content = "", ContentTruncated = true, Agent = target.AgentId }, cancellationToken);

    /// <inheritdoc cref="AgentMessageEndAsync{T}(T, string, CancellationToken)"/>
    /// <param name="dispatcher">What publishes the event.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    public static ValueTask AgentMessageEndAsync(this EventDispatcher dispatcher, string sessionId, string messageId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        return dispatcher.ForSession(sessionId).AgentMessageEndAsync(messageId, cancellationToken);
    }
}
