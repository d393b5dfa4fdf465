using System.Text.Json;
using EventStream.Api.Agents.Posting;
using EventStream.Api.Publishing;
using EventStream.Events;

namespace EventStream.Api.AiSdk;

/// <summary>What a chat of the AI SDK posts: the conversation as its page knows it.</summary>
/// <param name="Id">The chat.</param>
/// <param name="Messages">Its messages, the oldest first.</param>
/// <param name="Last">The last one, as it was posted.</param>
/// <param name="IsAnew">Whether another answer is wanted than there is.</param>
/// <param name="Others">What the page adds of its own.</param>
internal sealed record ChatBody(string Id, IReadOnlyList<PostedMessage> Messages, JsonElement Last, bool IsAnew, IReadOnlyList<KeyValuePair<string, JsonElement>> Others)
{
    public const string Example = """{"id":"demo","messages":[{"id":"m1","role":"user","parts":[{"type":"text","text":"Is the web server up?"}]}],"trigger":"submit-message"}""";

    // What the request for the run says of the messages itself.
    private static readonly string[] Own = ["id", "messages", "trigger", "messageId", "messages_omitted"];

    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static ChatBody Parse(ReadOnlyMemory<byte> body)
    {
        var json = WellFormedJson.ParseObject(body.Span, Example);
        var id = JsonText.MemberText(json, "id") is { Length: > 0 } text ? text
            : throw new EventRejectedException("/id", "must be given: the chat, a text. A transport that leaves it out is told to add it by prepareSendMessagesRequest.");
        if (JsonText.Member(json, "messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            throw new EventRejectedException("/messages", $"must be an array with at least one message, such as {Example}.");
        PostedMessage.CheckCount("/messages", messages);
        var trigger = JsonText.Member(json, "trigger") is not { ValueKind: not JsonValueKind.Null } said ? "submit-message" : JsonText.Text(said);
        if (trigger is not ("submit-message" or "regenerate-message")) throw new EventRejectedException("/trigger", "is neither submit-message nor regenerate-message.");
        var others = json.EnumerateObject().Where(member => !Own.Contains(member.Name)).DistinctBy(member => member.Name).Select(member => KeyValuePair.Create(member.Name, member.Value)).ToList();
        PostedRun.RequireRoom(others.Select(other => ($"/{other.Key}", other.Value)));
        return new ChatBody(id, [.. messages.EnumerateArray().Select(Message)], messages[messages.GetArrayLength() - 1], trigger == "regenerate-message", others);
    }

    private static PostedMessage Message(JsonElement message, int number)
    {
        var pointer = $"/messages/{number}";
        if (message.ValueKind != JsonValueKind.Object) throw new EventRejectedException(pointer, "must be an object with id, role and parts.");
        if (JsonText.MemberText(message, "id") is not { Length: > 0 and <= PostedMessage.MaxIdLength } id) throw new EventRejectedException($"{pointer}/id", $"must be a text of 1 to {PostedMessage.MaxIdLength} characters.");
        var role = JsonText.MemberText(message, "role");
        if (role is not ("user" or "assistant" or "system")) throw new EventRejectedException($"{pointer}/role", "must be user, assistant or system.");
        if (JsonText.Member(message, "parts") is not { ValueKind: JsonValueKind.Array } parts) throw new EventRejectedException($"{pointer}/parts", "must be an array; messages of the AI SDK before version 5 have none.");
        var texts = parts.EnumerateArray().Select((part, at) => TextOf(part, $"{pointer}/parts/{at}")).ToList();
        return new PostedMessage(pointer, id, role, string.Concat(texts)) { Parts = texts.Count == 1 && texts[0] is not null ? null : parts };
    }

    private static string? TextOf(JsonElement part, string pointer)
    {
        if (JsonText.MemberText(part, "type") is not { Length: > 0 } type) throw new EventRejectedException($"{pointer}/type", "must be a text: what kind of part it is.");
        return type != "text" ? null : JsonText.MemberText(part, "text") ?? throw new EventRejectedException($"{pointer}/text", "must be a text.");
    }

    /// <summary>The answers to questions of the agent that the last message holds.</summary>
    /// <exception cref="EventRejectedException">An answer says neither yes nor no.</exception>
    public IEnumerable<ChatApproval> Approvals()
    {
        if (Messages[^1].Role != "assistant") yield break;
        var number = 0;
        foreach (var part in Last.GetProperty("parts").EnumerateArray())
        {
            var pointer = $"{Messages[^1].Pointer}/parts/{number++}/approval";
            if (JsonText.MemberText(part, "state") != "approval-responded") continue;
            if (JsonText.Member(part, "approval") is not { } approval || JsonText.MemberText(approval, "id") is not { Length: > 0 } id) throw new EventRejectedException($"{pointer}/id", "must be a text: the question that is answered.");
            if (JsonText.Member(approval, "approved") is not { ValueKind: JsonValueKind.True or JsonValueKind.False } approved) throw new EventRejectedException($"{pointer}/approved", "must be true or false.");
            yield return new ChatApproval(id, approved.GetBoolean(), JsonText.MemberText(approval, "reason"));
        }
    }
}
