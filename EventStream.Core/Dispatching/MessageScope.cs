using System.Text;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>A message that comes piece by piece: tells its start, and when it is disposed its end with the whole text.</summary>
/// <example>
/// <code>
/// await using var message = run.Message();
/// await foreach (var piece in model.StreamAsync(prompt)) await message.WriteAsync(piece);
/// </code>
/// </example>
public sealed class MessageScope : EventScope
{
    private readonly StringBuilder _text = new();

    internal MessageScope(IEventTarget target, string messageId, string? role)
        : base(target, new AgentMessageStart { MessageId = messageId, Agent = target.AgentId, Role = role }) => Id = messageId;

    /// <summary>The message: <c>message_id</c> of its events.</summary>
    public string Id { get; }

    /// <summary>Appends a piece of the text. It may be cut anywhere, also inside a surrogate pair.</summary>
    /// <param name="delta">The piece; an empty one is left out.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    /// <exception cref="ObjectDisposedException">The message has ended.</exception>
    public ValueTask WriteAsync(string delta, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(delta);
        ThrowIfOver();
        if (delta.Length == 0) return ValueTask.CompletedTask;
        // A text of more characters than an event has bytes fits into none.
        if (_text.Length <= EventLimits.MaxEventBytes) _text.Append(delta);
        return Target.PublishAsync(new AgentMessageDelta { MessageId = Id, Delta = delta, Agent = Target.AgentId }, cancellationToken);
    }

    private protected override async ValueTask EndAsync()
    {
        try
        {
            await Target.PublishAsync(new AgentMessageEnd { MessageId = Id, Content = _text.ToString(), Agent = Target.AgentId }).ConfigureAwait(false);
        }
        catch (EventRejectedException e) when (e.IsTooLarge)
        {
            await Target.PublishAsync(new AgentMessageEnd { MessageId = Id, Content = "", ContentTruncated = true, Agent = Target.AgentId }).ConfigureAwait(false);
        }
    }
}
