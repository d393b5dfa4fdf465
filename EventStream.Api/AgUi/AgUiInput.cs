using System.Text.Json;
using EventStream.Api.Agents.Posting;
using EventStream.Dialects.AgUi;
using EventStream.Events;

namespace EventStream.Api.AgUi;

/// <summary>What clients of AG-UI post: RunAgentInput.</summary>
internal sealed record AgUiInput
{
    private const string Example = """{"threadId":"t1","runId":"r1","messages":[{"id":"m1","role":"user","content":"Hello"}]}""";

    private static readonly (string Member, string Name)[] Others = [("tools", "tools"), ("context", "context"), ("state", "state"), ("forwardedProps", "forwarded_props")];

    public required string ThreadId { get; init; }

    public required string RunId { get; init; }

    /// <summary>Whether the client says which version it reads; those before 1.0 don't.</summary>
    public bool SaysVersion { get; init; }

    public required IReadOnlyList<PostedMessage> Messages { get; init; }

    /// <summary>The same messages as the client holds them.</summary>
    public required IReadOnlyList<AgUiPostedMessage> Held { get; init; }

    /// <summary>What an agent is told besides.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonElement>> Further { get; init; }

    /// <summary>The answers to questions that the run waits for.</summary>
    public required IReadOnlyList<PostedAnswer> Answers { get; init; }

    /// <summary>The same answers as they were posted.</summary>
    public JsonElement? Resume { get; init; }

    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static AgUiInput Parse(ReadOnlyMemory<byte> body)
    {
        if (!body.Span.ContainsAnyExcept(" \t\r\n"u8)) throw new EventRejectedException("", $"The body is empty; post an object, such as {Example}.");
        // A frame is one line.
        return Parse(new AgUiMember(JsonElement.Parse(CompactJson.From(body.Span), new JsonDocumentOptions { MaxDepth = EventLimits.MaxJsonDepth }), ""));
    }

    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static AgUiInput Parse(AgUiMember body)
    {
        if (body.Json.ValueKind != JsonValueKind.Object) throw new EventRejectedException(body.Pointer, body.Pointer.Length == 0 ? $"The body must be an object, such as {Example}." : $"must be an object, such as {Example}.");
        var runId = body.Text("runId");
        EnvelopeMember.RunId.Check(runId, $"{body.Pointer}/runId");
        if (body.Member("messages") is { ValueKind: JsonValueKind.Array } posted) PostedMessage.CheckCount($"{body.Pointer}/messages", posted);
        var messages = body.Items("messages", isRequired: true).Select(AgUiMessageReader.Read).ToList();
        foreach (var list in (string[])["tools", "context"]) _ = body.Items(list);
        var further = Others.Select(other => (other.Member, other.Name, Value: body.Member(other.Member))).Where(other => IsSaid(other.Value)).Select(other => (other.Member, other.Name, Value: other.Value!.Value)).ToList();
        PostedRun.RequireRoom(further.Select(other => ($"{body.Pointer}/{other.Member}", other.Value)));
        return new AgUiInput
        {
            ThreadId = body.Text("threadId"),
            RunId = runId,
            SaysVersion = body.OptionalText("protocolVersion") is not null,
            Messages = [.. messages.Select(message => message.Posted)],
            Held = [.. messages.Select(message => message.Held)],
            Further = [.. further.Select(other => KeyValuePair.Create(other.Name, other.Value))],
            Answers = [.. body.Items("resume").Select(Answer)],
            Resume = body.Member("resume"),
        };
    }

    private static bool IsSaid(JsonElement? value) => value switch
    {
        null => false,
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() > 0,
        { ValueKind: JsonValueKind.Object } members => members.GetPropertyCount() > 0,
        _ => true,
    };

    private static PostedAnswer Answer(AgUiMember entry)
    {
        var status = entry.Text("status");
        if (status is not ("resolved" or "cancelled")) throw new EventRejectedException($"{entry.Pointer}/status", $"is '{EventRejectedException.Shown(status)}'; it is resolved or cancelled.");
        var payload = entry.Member("payload");
        var isRefused = payload is { ValueKind: JsonValueKind.False } || (payload is { } said && JsonText.Member(said, "approved") is { ValueKind: JsonValueKind.False });
        var reason = payload is { } members ? JsonText.MemberText(members, "reason") : null;
        return new PostedAnswer($"{entry.Pointer}/interruptId", entry.Text("interruptId"), IsApproved: status == "resolved" && !isRefused, reason);
    }
}
