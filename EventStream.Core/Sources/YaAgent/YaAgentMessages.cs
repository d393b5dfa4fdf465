using System.Text.Json;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's messages. Text and thinking of one message come under one id.</summary>
internal static class YaAgentMessages
{
    public static void Start(YaAgentEvent heard)
    {
        var id = heard.Body.TakeId("message_id", "messageId") ?? heard.Output.NewMessageId();
        heard.AddWithRest(heard.Write("agent_message_start").Text("message_id", id).Text("role", heard.Body.TakeText("role")));
    }

    public static void Delta(YaAgentEvent heard)
    {
        if (heard.Body.Take(JsonValueKind.String, "delta", "content", "text") is not { } delta)
        {
            heard.AddUnknown();
            return;
        }
        var isThought = IsThought(heard);
        var id = heard.Body.TakeId("message_id", "messageId") ?? heard.LastOpen(isThought)?.Id;
        if (id is null && !isThought) heard.Add(heard.Write("agent_message_start").Text("message_id", id = heard.Output.NewMessageId()));
        heard.AddWithRest(heard.Write(isThought ? "agent_thought_delta" : "agent_message_delta").Text("message_id", id ?? heard.Output.NewMessageId()).Json("delta", delta));
    }

    /// <summary>The end of what a message says, before the message's own end; also the whole of it when it wasn't streamed.</summary>
    public static void Done(YaAgentEvent heard)
    {
        var isThought = IsThought(heard);
        var given = heard.Body.TakeId("message_id", "messageId");
        var open = given is null ? heard.LastOpen(isThought) : isThought ? heard.State.Thought(given) : heard.State.Message(given);
        var content = heard.Body.Take(JsonValueKind.String, "content", "delta", "text");
        var id = given ?? open?.Id;
        if (isThought && (content ?? (object?)open) is not null)
        {
            var thought = heard.Write("agent_thought").Text("message_id", id ?? heard.Output.NewMessageId());
            heard.AddWithRest(content is null ? thought.Content(open) : thought.Json("content", content));
        }
        else if (id is null || content is not { } whole || Says(open, whole)) heard.AddUnknown();
        else if (open is { Text.Length: > 0 }) heard.AddWithRest(heard.Write("message_updated").Text("message_id", id).Json("content", whole).Flag("replace", true));
        else heard.AddWithRest(heard.Write("agent_message_delta").Text("message_id", id).Json("delta", whole));
    }

    public static void End(YaAgentEvent heard)
    {
        var id = heard.Body.TakeId("message_id", "messageId") ?? heard.LastOpen(isThought: false)?.Id ?? heard.Output.NewMessageId();
        if (heard.State.Thought(id) is { } thought) Lifecycle.EndMessage(heard.Output, thought);
        var content = heard.Body.Take(JsonValueKind.String, "content");
        var open = heard.State.Message(id);
        var payload = heard.Write("agent_message_end").Text("message_id", id);
        heard.AddWithRest(content is null ? payload.Content(open) : payload.Json("content", content));
    }

    private static bool Says(OpenMessage? open, JsonElement text) => open is not null && JsonText.TryUtf8(text, out var utf8) && open.Text.Utf8.SequenceEqual(utf8);

    // Of any other kind it is text.
    private static bool IsThought(YaAgentEvent heard) => JsonText.MemberText(heard.Body.Json, "kind") == "thinking";
}
