using System.Globalization;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>The parts of a model's response as pydantic-ai streams them: each text is a message, each thinking a thought, each tool call a call.</summary>
internal static class SdkParts
{
    public static void Start(YaAgentEvent current)
    {
        var index = IndexOf(current);
        var (kind, part) = Take(current, "part", "part_kind");
        // Each response counts its parts from 0, so open parts from this index on are over.
        if (part is not null) EndFrom(current, index);
        switch (kind)
        {
            case "text":
                var id = NewId(current, index);
                var text = part!.Take(JsonValueKind.String, "content");
                current.AddWithRemaining(current.Write("agent_message_start").Text("message_id", id), part);
                if (text is { } said && JsonText.Text(said) is not "") current.Add(current.Write("agent_message_delta").Text("message_id", id).Json("delta", said));
                break;
            case "thinking":
                AddThought(current, part!, NewId(current, index), part!.Take(JsonValueKind.String, "content"));
                break;
            case "tool-call" or "builtin-tool-call":
                SdkTools.Start(current, part!);
                break;
            case "tool-return" or "builtin-tool-return":
                SdkTools.Return(current, part!);
                break;
            default:
                current.AddUnknown();
                break;
        }
    }

    public static void Delta(YaAgentEvent current)
    {
        var index = IndexOf(current);
        var (kind, delta) = Take(current, "delta", "part_delta_kind");
        switch (kind)
        {
            case "text" when delta!.Take(JsonValueKind.String, "content_delta") is { } text:
                var id = Open(current, index, isThought: false)?.Id;
                if (id is null) current.Add(current.Write("agent_message_start").Text("message_id", id = NewId(current, index)));
                current.AddWithRemaining(current.Write("agent_message_delta").Text("message_id", id).Json("delta", text), delta);
                break;
            case "thinking":
                AddThought(current, delta!, Open(current, index, isThought: true)?.Id ?? NewId(current, index), delta!.Take(JsonValueKind.String, "content_delta"));
                break;
            case "tool_call":
                SdkTools.Delta(current, delta!);
                break;
            default:
                current.AddUnknown();
                break;
        }
    }

    public static void End(YaAgentEvent current)
    {
        var index = IndexOf(current);
        var (kind, part) = Take(current, "part", "part_kind");
        switch (kind)
        {
            case "text" or "thinking":
                var open = Open(current, index, isThought: kind == "thinking");
                var content = part!.Take(JsonValueKind.String, "content");
                var payload = current.Write(kind == "thinking" ? "agent_thought" : "agent_message_end").Text("message_id", open?.Id ?? NewId(current, index));
                current.AddWithRemaining(content is null ? payload.Content(open) : payload.Json("content", content), part);
                break;
            case "tool-call" or "builtin-tool-call":
                YaAgentTools.EndArgs(current, part!);
                break;
            case "tool-return" or "builtin-tool-return":
                SdkTools.Return(current, part!);
                break;
            default:
                current.AddUnknown();
                break;
        }
    }

    /// <summary>Ends the agent's open messages from a part index on: older versions don't say where a part ends.</summary>
    public static void EndFrom(YaAgentEvent current, long firstIndex)
    {
        foreach (var open in current.State.OpenMessages.Where(open => current.IsOwn(open) && IndexOf(open) >= firstIndex).ToList()) Lifecycle.EndMessage(current.Output, open);
    }

    private static void AddThought(YaAgentEvent current, NativeBody part, string id, JsonElement? text)
    {
        var payload = current.Write("agent_thought_delta").Text("message_id", id);
        current.AddWithRemaining(text is { } said ? payload.Json("delta", said) : payload.Text("delta", ""), part);
    }

    private static (string? Kind, NativeBody? Part) Take(YaAgentEvent current, string member, string kindMember) =>
        current.TakePart(member) is { } part ? (JsonText.MemberText(part.Json, kindMember), part) : (null, null);

    private static long IndexOf(YaAgentEvent current) => current.Body.Find("index") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var index) ? Math.Max(0, index) : 0;

    // The id ends in the index, so that a part's message can be found from the log alone.
    private static string NewId(YaAgentEvent current, long index) => $"{current.Output.NewMessageId()}.{index}";

    private static long IndexOf(OpenMessage open) =>
        open.Id.StartsWith("msg_", StringComparison.Ordinal) && open.Id.LastIndexOf('.') is > 0 and var dot
        && long.TryParse(open.Id.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    private static OpenMessage? Open(YaAgentEvent current, long index, bool isThought) =>
        current.State.OpenMessages.LastOrDefault(open => open.IsThought == isThought && current.IsOwn(open) && IndexOf(open) == index);
}
