using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Reasoning. Each event holds the whole text, which grows, and has the id of the message that follows.</summary>
internal static class EddieThoughts
{
    public static void Partial(NormalisedEvents output, NativeBody body)
    {
        if (body.Find("text") is not { ValueKind: JsonValueKind.String } text || body.TakeId("messageId", "message_id", "id") is not { } id)
        {
            output.AddUnknown();
            return;
        }
        body.Drop("text");
        var open = output.State.Thought(id);
        var isEnded = open is null && JsonText.TryWtf8(text, out var utf8) && output.State.HasEndedWith(id, isThought: true, utf8);
        if (isEnded) return;
        if (open is null) AddDelta(output, body, id, text, isReplaced: false);
        else if (open.IsCut || !GrowingSnapshot.Continues(text, open.Text.Wtf8Bytes, out var grown)) AddDelta(output, body, id, text, isReplaced: true);
        else if (!grown.IsEmpty) output.AddWithRemaining(output.Write("agent_thought_delta").Text("message_id", id).Escaped("delta", grown).Text("agent", body.TakeAgent()), body);
    }

    public static void Completed(NormalisedEvents output, NativeBody body)
    {
        var text = body.Find("text") is { ValueKind: JsonValueKind.String } given ? given : (JsonElement?)null;
        var id = body.TakeId("messageId", "message_id", "id");
        var open = id is null ? null : output.State.Thought(id);
        if (id is null || (text is null && open is null))
        {
            output.AddUnknown();
            return;
        }
        var payload = output.Write("agent_thought").Text("message_id", id);
        if (text is null) payload.Content(open);
        else payload.Json("content", body.Take("text"));
        output.AddWithRemaining(payload.Text("agent", body.TakeAgent() ?? open?.Agent), body);
    }

    private static void AddDelta(NormalisedEvents output, NativeBody body, string id, JsonElement text, bool isReplaced)
    {
        var payload = output.Write("agent_thought_delta").Text("message_id", id).Json("delta", text);
        if (isReplaced) payload.Flag("replace", true);
        output.AddWithRemaining(payload.Text("agent", body.TakeAgent()), body);
    }
}
