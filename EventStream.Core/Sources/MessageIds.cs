using EventStream.Foreign;

namespace EventStream.Sources;

/// <summary>Finds the message or thought that a native event is about.</summary>
internal static class MessageIds
{
    /// <summary>The message that begins: a new one when the message with that id has ended, or belongs to another run or agent.</summary>
    public static MessageId BegunMessage(this NormalisedEvents output, string given, string? scope, string? agent)
    {
        var id = output.MessageOf(given, scope, isThought: false, agent);
        return HasEnded(output, id) && !output.State.AwaitsStart(id.Id) ? Again(output, given) : id;
    }

    /// <summary>The message that grows: a new one when the message with that id has ended without a start. Some sources tell no start; of those that do, the piece is late.</summary>
    public static MessageId GrownMessage(this NormalisedEvents output, string given, string? scope, string? agent)
    {
        var id = output.MessageOf(given, scope, isThought: false, agent);
        return HasEnded(output, id) && !output.State.TakesPieces(id.Id) ? Again(output, given) : id;
    }

    /// <summary>The message or thought that ends. Another agent's isn't meant.</summary>
    public static MessageId MessageOf(this NormalisedEvents output, string given, string? scope, bool isThought, string? agent)
    {
        var id = output.State.MessageId(given, scope, isThought, agent);
        return output.State.IsElsewhere(id, isThought, scope) || output.State.IsOfAnother(id, isThought, agent) ? Again(output, given) : new MessageId(id, id == given ? null : given);
    }

    /// <summary>Writes which message it is.</summary>
    public static PayloadWriter Message(this PayloadWriter payload, MessageId message) => payload.Text("message_id", message.Id).Text("source_message_id", message.SourceId);

    private static bool HasEnded(NormalisedEvents output, MessageId id) => output.State.Message(id.Id) is null && output.State.HasEnded(id.Id, isThought: false);

    private static MessageId Again(NormalisedEvents output, string given) => new(NativeIds.Again(given, output.State.Head.Offset + 1), given);
}
