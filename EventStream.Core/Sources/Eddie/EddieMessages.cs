using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Eddie;

/// <summary>Chat messages. Each event holds the whole text, which grows.</summary>
internal static class EddieMessages
{
    private const string Assistant = "assistant";

    public static void Created(NormalisedEvents output, NativeBody body)
    {
        if (Find(output, body) is { } message) AddMessage(output, body, "message_created", message, isReplaced: false);
        else output.AddUnknown();
    }

    public static void Updated(NormalisedEvents output, NativeBody body)
    {
        if (Find(output, body) is not { } message) output.AddUnknown();
        // The other socket repeats each growth of a message as an update.
        else if (message.Content is { } content && IsStreamed(output.State, message.Id)) Grow(output, body, message.Id, content);
        else AddMessage(output, body, "message_updated", message, isReplaced: false);
    }

    public static void Partial(NormalisedEvents output, NativeBody body)
    {
        if (Find(output, body) is not { Content: { } content } message) output.AddUnknown();
        else if (IsStreamed(output.State, message.Id) || body.MemberText("role") is null or Assistant) Grow(output, body, message.Id, content);
        // Only an agent's message is streamed; other messages come once, whole.
        else if (output.State.KnowsEntity(SessionState.EntityKey("message", message.Id.Id))) AddMessage(output, body, "message_updated", message, isReplaced: true);
        else AddMessage(output, body, "message_created", message, isReplaced: false);
    }

    private static bool IsStreamed(SessionState state, MessageId id) => state.Message(id.Id) is not null || state.HasEnded(id.Id, isThought: false);

    private static (MessageId Id, JsonElement? Content)? Find(NormalisedEvents output, NativeBody body)
    {
        var content = body.Find("content");
        return content is { ValueKind: not JsonValueKind.String } || body.TakeMessageId() is not { } given ? null : (output.MessageOf(given, output.Scope, isThought: false, body.Agent()), content);
    }

    private static void Grow(NormalisedEvents output, NativeBody body, MessageId id, JsonElement content)
    {
        if (output.State.Message(id.Id) is { IsCut: false } open && GrowingSnapshot.Continues(content, open.Text.Wtf8Bytes, out var grown))
        {
            if (!grown.IsEmpty) Continue(output, body, id, open, grown);
        }
        else if (!IsStreamed(output.State, id)) Begin(output, body, id, content);
        else if (output.State.Message(id.Id) is { IsCut: false } newer && GrowingSnapshot.IsEarlier(content, newer.Text.Wtf8Bytes)) return;
        else if (output.State.Message(id.Id) is not null || !JsonText.TryWtf8(content, out var text) || !output.State.HasEndedWith(id.Id, isThought: false, text)) AddMessage(output, body, "message_updated", (id, content), isReplaced: true);
    }

    private static void Continue(NormalisedEvents output, NativeBody body, MessageId id, OpenMessage open, ReadOnlySpan<byte> grown)
    {
        // The start of the message has these members; the pieces don't repeat them.
        body.Drop("content", "role");
        if (NativeTime.Read(body.Member("createdAt")) is not null) body.Drop("createdAt");
        output.AddWithRemaining(output.Write("agent_message_delta").Message(id).Escaped("delta", grown).Text("agent", body.TakeAgent() ?? open.Agent), body);
    }

    private static void Begin(NormalisedEvents output, NativeBody body, MessageId id, JsonElement content)
    {
        body.Drop("content");
        var agent = body.TakeAgent() ?? Assistant;
        output.AddWithRemaining(output.Write("agent_message_start").Message(id).Text("agent", agent).Text("role", body.TakeText("role") ?? Assistant).Members(body), body);
        if (content.ValueEquals(""u8)) return;
        output.Write("agent_message_delta").Message(id).Json("delta", content).Text("agent", agent);
        output.Add();
    }

    private static void AddMessage(NormalisedEvents output, NativeBody body, string type, (MessageId Id, JsonElement? Content) message, bool isReplaced)
    {
        var payload = output.Write(type).Message(message.Id).Text("role", body.TakeText("role"));
        if (message.Content is { } content)
        {
            body.Drop("content");
            payload.Json("content", content);
        }
        if (isReplaced) payload.Flag("replace", true);
        output.AddWithRemaining(payload.Members(body).Text("agent", body.TakeAgent()), body);
    }

    private static PayloadWriter Members(this PayloadWriter payload, NativeBody body) => payload
        .Text("name", body.TakeName("name")).Text("tool_call_id", body.TakeId("toolCallId", "tool_call_id")).Json("created_at", body.Take(JsonValueKind.String, "createdAt", "created_at"));
}
