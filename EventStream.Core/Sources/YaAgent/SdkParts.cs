using System.Globalization;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>The parts of a model's response as pydantic-ai streams them: each text is a message, each thinking a thought, each tool call a call.</summary>
internal static class SdkParts
{
    public static void Start(YaAgentEvent heard)
    {
        var index = IndexOf(heard);
        var (kind, part) = Take(heard, "part", "part_kind");
        // A new response counts from its first part on.
        if (part is not null) EndFrom(heard, index);
        switch (kind)
        {
            case "text":
                var id = NewId(heard, index);
                var text = part!.Take(JsonValueKind.String, "content");
                heard.AddWithRest(heard.Write("agent_message_start").Text("message_id", id), part);
                if (text is { } said && JsonText.Text(said) is not "") heard.Add(heard.Write("agent_message_delta").Text("message_id", id).Json("delta", said));
                break;
            case "thinking":
                Think(heard, part!, NewId(heard, index), part!.Take(JsonValueKind.String, "content"));
                break;
            case "tool-call" or "builtin-tool-call":
                SdkTools.Start(heard, part!);
                break;
            case "tool-return" or "builtin-tool-return":
                SdkTools.Return(heard, part!);
                break;
            default:
                heard.AddUnknown();
                break;
        }
    }

    public static void Delta(YaAgentEvent heard)
    {
        var index = IndexOf(heard);
        var (kind, delta) = Take(heard, "delta", "part_delta_kind");
        switch (kind)
        {
            case "text" when delta!.Take(JsonValueKind.String, "content_delta") is { } text:
                var id = Open(heard, index, isThought: false)?.Id;
                if (id is null) heard.Add(heard.Write("agent_message_start").Text("message_id", id = NewId(heard, index)));
                heard.AddWithRest(heard.Write("agent_message_delta").Text("message_id", id).Json("delta", text), delta);
                break;
            case "thinking":
                Think(heard, delta!, Open(heard, index, isThought: true)?.Id ?? NewId(heard, index), delta!.Take(JsonValueKind.String, "content_delta"));
                break;
            case "tool_call":
                SdkTools.Delta(heard, delta!);
                break;
            default:
                heard.AddUnknown();
                break;
        }
    }

    public static void End(YaAgentEvent heard)
    {
        var index = IndexOf(heard);
        var (kind, part) = Take(heard, "part", "part_kind");
        switch (kind)
        {
            case "text" or "thinking":
                var open = Open(heard, index, isThought: kind == "thinking");
                var content = part!.Take(JsonValueKind.String, "content");
                var payload = heard.Write(kind == "thinking" ? "agent_thought" : "agent_message_end").Text("message_id", open?.Id ?? NewId(heard, index));
                heard.AddWithRest(content is null ? payload.Content(open) : payload.Json("content", content), part);
                break;
            case "tool-call" or "builtin-tool-call":
                YaAgentTools.EndArgs(heard, part!);
                break;
            case "tool-return" or "builtin-tool-return":
                SdkTools.Return(heard, part!);
                break;
            default:
                heard.AddUnknown();
                break;
        }
    }

    /// <summary>Ends what the agent's parts from an index on left open: older versions don't say where a part ends.</summary>
    public static void EndFrom(YaAgentEvent heard, long firstIndex)
    {
        foreach (var open in heard.State.OpenMessages.Where(open => heard.IsOwn(open) && IndexOf(open) >= firstIndex).ToList()) Lifecycle.EndMessage(heard.Output, open);
    }

    private static void Think(YaAgentEvent heard, NativeBody part, string id, JsonElement? text)
    {
        var payload = heard.Write("agent_thought_delta").Text("message_id", id);
        heard.AddWithRest(text is { } said ? payload.Json("delta", said) : payload.Text("delta", ""), part);
    }

    private static (string? Kind, NativeBody? Part) Take(YaAgentEvent heard, string member, string kindMember) =>
        heard.TakePart(member) is { } part ? (JsonText.MemberText(part.Json, kindMember), part) : (null, null);

    private static long IndexOf(YaAgentEvent heard) => heard.Body.Find("index") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var index) ? Math.Max(0, index) : 0;

    // The index stands at the end of the id, so that the log alone says which message a part is.
    private static string NewId(YaAgentEvent heard, long index) => $"{heard.Output.NewMessageId()}.{index}";

    private static long IndexOf(OpenMessage open) =>
        open.Id.StartsWith("msg_", StringComparison.Ordinal) && open.Id.LastIndexOf('.') is > 0 and var dot
        && long.TryParse(open.Id.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    private static OpenMessage? Open(YaAgentEvent heard, long index, bool isThought) =>
        heard.State.OpenMessages.LastOrDefault(open => open.IsThought == isThought && heard.IsOwn(open) && IndexOf(open) == index);
}
