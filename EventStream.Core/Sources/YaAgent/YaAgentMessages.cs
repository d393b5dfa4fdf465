using System.Text.Json;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's messages. Text and thinking of one message come under one id.</summary>
internal static class YaAgentMessages
{
    public static void Start(YaAgentEvent current)
    {
        var id = TakeId(current) is { } given ? current.Output.BegunMessage(given, current.Scope, current.Agent) : new MessageId(current.Output.NewMessageId(), null);
        current.AddWithRemaining(current.Write("agent_message_start").Message(id).Text("role", current.Body.TakeText("role")));
    }

    public static void Delta(YaAgentEvent current)
    {
        if (current.Body.Take(JsonValueKind.String, "delta", "content", "text") is not { } delta)
        {
            current.AddUnknown();
            return;
        }
        var isThought = IsThought(current);
        var known = TakeId(current) is not { } given ? Of(current.LastOpen(isThought))
            : isThought ? current.Output.MessageOf(given, current.Scope, isThought, current.Agent) : current.Output.GrownMessage(given, current.Scope, current.Agent);
        var id = known ?? new MessageId(current.Output.NewMessageId(), null);
        if (known is null && !isThought) current.Add(current.Write("agent_message_start").Message(id));
        current.AddWithRemaining(current.Write(isThought ? "agent_thought_delta" : "agent_message_delta").Message(id).Json("delta", delta));
    }

    /// <summary>The end of a message's text, before the end of the message; the whole text when it wasn't streamed.</summary>
    public static void Done(YaAgentEvent current)
    {
        var isThought = IsThought(current);
        var known = TakeId(current) is { } given ? current.Output.MessageOf(given, current.Scope, isThought, current.Agent) : Of(current.LastOpen(isThought));
        var open = known is { Id: var knownId } ? isThought ? current.State.Thought(knownId) : current.State.Message(knownId) : null;
        var content = current.Body.Take(JsonValueKind.String, "content", "delta", "text");
        if (isThought && (content ?? (object?)open) is not null)
        {
            var thought = current.Write("agent_thought").Message(known ?? new MessageId(current.Output.NewMessageId(), null));
            current.AddWithRemaining(content is null ? thought.Content(open) : thought.Json("content", content));
        }
        else if (known is not { } id || content is not { } whole || HasText(open, whole) || HasEnded(current, id, whole)) current.AddUnknown();
        else if (open is { Text.Length: > 0 }) current.AddWithRemaining(current.Write("message_updated").Message(id).Json("content", whole).Flag("replace", true));
        else current.AddWithRemaining(current.Write("agent_message_delta").Message(id).Json("delta", whole));
    }

    public static void End(YaAgentEvent current)
    {
        var given = TakeId(current);
        var id = (given is null ? Of(current.LastOpen(isThought: false)) : current.Output.MessageOf(given, current.Scope, isThought: false, current.Agent)) ?? new MessageId(current.Output.NewMessageId(), null);
        if (current.State.Thought(given is null ? id.Id : current.Output.MessageOf(given, current.Scope, isThought: true, current.Agent).Id) is { } thought) Lifecycle.EndMessage(current.Output, thought);
        var content = current.Body.Take(JsonValueKind.String, "content");
        var open = current.State.Message(id.Id);
        var payload = current.Write("agent_message_end").Message(id);
        current.AddWithRemaining(content is null ? payload.Content(open) : payload.Json("content", content));
    }

    private static string? TakeId(YaAgentEvent current) => current.Body.TakeId("message_id", "messageId");

    private static MessageId? Of(OpenMessage? open) => open is null ? null : new MessageId(open.Id, open.SourceId);

    private static bool HasEnded(YaAgentEvent current, MessageId id, JsonElement text) => JsonText.TryWtf8(text, out var wtf8) && current.State.HasEndedWith(id.Id, isThought: false, wtf8);

    private static bool HasText(OpenMessage? open, JsonElement text) => open is not null && JsonText.TryWtf8(text, out var utf8) && open.Text.Wtf8Bytes.SequenceEqual(utf8);

    // Every other kind is text.
    private static bool IsThought(YaAgentEvent current) => JsonText.MemberText(current.Body.Json, "kind") == "thinking";
}
