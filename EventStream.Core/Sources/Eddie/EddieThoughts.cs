using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Reasoning. Each event holds the whole text, which grows, and has the id of the message that follows.</summary>
internal static class EddieThoughts
{
    public static void Partial(NormalisedEvents output, NativeBody body)
    {
        if (body.Find("text") is not { ValueKind: JsonValueKind.String } text || TakeId(output, body) is not { } id)
        {
            output.AddUnknown();
            return;
        }
        body.Drop("text");
        var open = output.State.Thought(id.Id);
        var isEnded = open is null && JsonText.TryWtf8(text, out var utf8) && output.State.HasEndedWith(id.Id, isThought: true, utf8);
        if (isEnded) return;
        if (open is null) AddDelta(output, body, id, text, isReplaced: false);
        else if (!open.IsCut && GrowingSnapshot.IsEarlier(text, open.Text.Wtf8Bytes)) return;
        else if (open.IsCut || !GrowingSnapshot.Continues(text, open.Text.Wtf8Bytes, out var grown)) AddDelta(output, body, id, text, isReplaced: true);
        else if (!grown.IsEmpty) output.AddWithRemaining(output.Write("agent_thought_delta").Message(id).Escaped("delta", grown).Text("agent", body.TakeAgent()), body);
    }

    public static void Completed(NormalisedEvents output, NativeBody body)
    {
        var text = body.Find("text") is { ValueKind: JsonValueKind.String } given ? given : (JsonElement?)null;
        var named = TakeId(output, body);
        var open = named is { Id: var known } ? output.State.Thought(known) : null;
        if (named is not { } id || (text is null && open is null))
        {
            output.AddUnknown();
            return;
        }
        var payload = output.Write("agent_thought").Message(id);
        if (text is null) payload.Content(open);
        else payload.Json("content", body.Take("text"));
        output.AddWithRemaining(payload.Text("agent", body.TakeAgent() ?? open?.Agent), body);
    }

    private static MessageId? TakeId(NormalisedEvents output, NativeBody body) =>
        body.TakeId("messageId", "message_id", "id") is { } given ? output.MessageOf(given, output.Scope, isThought: true, body.Agent()) : null;

    private static void AddDelta(NormalisedEvents output, NativeBody body, MessageId id, JsonElement text, bool isReplaced)
    {
        var payload = output.Write("agent_thought_delta").Message(id).Json("delta", text);
        if (isReplaced) payload.Flag("replace", true);
        output.AddWithRemaining(payload.Text("agent", body.TakeAgent()), body);
    }
}
