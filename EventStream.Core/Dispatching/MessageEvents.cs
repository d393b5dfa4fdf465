using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>The messages and thoughts of agents.</summary>
public static class MessageEvents
{
    /// <summary>An agent begins a message.</summary>
    public static ValueTask AgentMessageStartAsync<T>(this T target, string messageId, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageStart { MessageId = messageId, Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>A piece of a message: the text that comes next.</summary>
    public static ValueTask AgentMessageDeltaAsync<T>(this T target, string messageId, string delta, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageDelta { MessageId = messageId, Delta = delta, Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>A message is complete; its whole text goes along.</summary>
    public static ValueTask AgentMessageEndAsync<T>(this T target, string messageId, string content, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageEnd { MessageId = messageId, Content = content, Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>An agent thinks on its way; not meant as an answer.</summary>
    public static ValueTask AgentThoughtAsync<T>(this T target, string? agent, string content, bool debug = true, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentThought { Agent = agent ?? target.AgentId, Content = content, Debug = debug }, cancellationToken);

    /// <summary>The target's own agent thinks on its way; not meant as an answer.</summary>
    public static ValueTask AgentThoughtAsync<T>(this T target, string content, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.AgentThoughtAsync(target.AgentId, content, cancellationToken: cancellationToken);
}
