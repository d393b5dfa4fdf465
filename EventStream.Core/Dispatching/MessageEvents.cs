using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>The messages and thoughts of agents.</summary>
public static class MessageEvents
{
    /// <summary>A message was added to a conversation, whole.</summary>
    public static ValueTask MessageCreatedAsync<T>(
        this T target, string messageId, string? role = null, string? content = null, string? name = null, string? toolCallId = null, string? createdAt = null,
        IReadOnlyList<string>? contextItemIds = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new MessageCreated
        {
            RunId = target.RunId,
            MessageId = messageId,
            Role = role,
            Content = content,
            Name = name,
            ToolCallId = toolCallId,
            CreatedAt = createdAt,
            ContextItemIds = contextItemIds,
        }, cancellationToken);

    /// <summary>A message has changed.</summary>
    public static ValueTask MessageUpdatedAsync<T>(
        this T target, string messageId, string? content = null, bool? replace = null, string? role = null, string? name = null, string? toolCallId = null,
        string? createdAt = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new MessageUpdated
        {
            MessageId = messageId,
            Content = content,
            Replace = replace,
            Role = role,
            Name = name,
            ToolCallId = toolCallId,
            CreatedAt = createdAt,
        }, cancellationToken);

    /// <summary>An agent begins a message.</summary>
    public static ValueTask AgentMessageStartAsync<T>(this T target, string messageId, string? agent = null, string? role = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageStart { MessageId = messageId, Agent = agent ?? target.AgentId, Role = role }, cancellationToken);

    /// <summary>A piece of a message: the text that comes next.</summary>
    public static ValueTask AgentMessageDeltaAsync<T>(this T target, string messageId, string delta, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageDelta { MessageId = messageId, Delta = delta, Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>A message is complete; its whole text goes along.</summary>
    public static ValueTask AgentMessageEndAsync<T>(this T target, string messageId, string content, string? agent = null, bool? contentTruncated = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentMessageEnd { MessageId = messageId, Content = content, Agent = agent ?? target.AgentId, ContentTruncated = contentTruncated }, cancellationToken);

    /// <summary>A further piece of a thought: the text that comes next.</summary>
    public static ValueTask AgentThoughtDeltaAsync<T>(
        this T target, string delta, string? messageId = null, string? agent = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentThoughtDelta { Delta = delta, MessageId = messageId, Agent = agent ?? target.AgentId }, cancellationToken);

    /// <summary>An agent thinks on its way; not meant as an answer.</summary>
    public static ValueTask AgentThoughtAsync<T>(this T target, string? agent, string content, bool debug = true, string? messageId = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentThought { Agent = agent ?? target.AgentId, Content = content, Debug = debug, MessageId = messageId }, cancellationToken);

    /// <summary>The target's own agent thinks on its way; not meant as an answer.</summary>
    public static ValueTask AgentThoughtAsync<T>(this T target, string content, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.AgentThoughtAsync(target.AgentId, content, cancellationToken: cancellationToken);
}
