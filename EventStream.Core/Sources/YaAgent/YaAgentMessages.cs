using System.Text.Json;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's messages. Text and thinking of one message come under one id.</summary>
internal static class YaAgentMessages
{
    public static void Start(YaAgentEvent current)
    {
        var id = current.Body.TakeId("message_id", "messageId") ?? current.Output.NewMessageId();
        current.AddWithRemaining(current.Write("agent_message_start").Text("message_id", id).Text("role", current.Body.TakeText("role")));
    }

    public static void Delta(YaAgentEvent current)
    {
        if (current.Body.Take(JsonValueKind.String, "delta", "content", "text") is not { } delta)
        {
            current.AddUnknown();
            return;
        }
        var isThought = IsThought(current);
        var id = current.Body.TakeId("message_id", "messageId") ?? current.LastOpen(isThought)?.Id;
        if (id is null && !isThought) current.Add(current.Write("agent_message_start").Text("message_id", id = current.Output.NewMessageId()));
        current.AddWithRemaining(current.Write(isThought ? "agent_thought_delta" : "agent_message_delta").Text("message_id", id ?? current.Output.NewMessageId()).Json("delta", delta));
    }

    /// <summary>The end of a message's text, before the end of the message; the whole text when it wasn't streamed.</summary>
    public static void Done(YaAgentEvent current)
    {
        var isThought = IsThought(current);
        var given = current.Body.TakeId("message_id", "messageId");
        var open = given is null ? current.LastOpen(isThought) : isThought ? current.State.Thought(given) : current.State.Message(given);
        var content = current.Body.Take(JsonValueKind.String, "content", "delta", "text");
        var id = given ?? open?.Id;
        if (isThought && (content ?? (object?)open) is not null)
        {
            var thought = current.Write("agent_thought").Text("message_id", id ?? current.Output.NewMessageId());
            current.AddWithRemaining(content is null ? thought.Content(open) : thought.Json("content", content));
        }
        else if (id is null || content is not { } whole || HasText(open, whole)) current.AddUnknown();
        else if (open is { Text.Length: > 0 }) current.AddWithRemaining(current.Write("message_updated").Text("message_id", id).Json("content", whole).Flag("replace", true));
        else current.AddWithRemaining(current.Write("agent_message_delta").Text("message_id", id).Json("delta", whole));
    }

    public static void End(YaAgentEvent current)
    {
        var id = current.Body.TakeId("message_id", "messageId") ?? current.LastOpen(isThought: false)?.Id ?? current.Output.NewMessageId();
        if (current.State.Thought(id) is { } thought) Lifecycle.EndMessage(current.Output, thought);
        var content = current.Body.Take(JsonValueKind.String, "content");
        var open = current.State.Message(id);
        var payload = current.Write("agent_message_end").Text("message_id", id);
        current.AddWithRemaining(content is null ? payload.Content(open) : payload.Json("content", content));
    }

    private static bool HasText(OpenMessage? open, JsonElement text) => open is not null && JsonText.TryUtf8(text, out var utf8) && open.Text.Utf8.SequenceEqual(utf8);

    // Every other kind is text.
    private static bool IsThought(YaAgentEvent current) => JsonText.MemberText(current.Body.Json, "kind") == "thinking";
}
