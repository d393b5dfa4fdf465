using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>Tool calls as pydantic-ai streams and runs them.</summary>
internal static class SdkTools
{
    /// <summary>A call begins; its arguments may have begun as well, as a text that is no JSON yet.</summary>
    public static void Start(YaAgentEvent heard, NativeBody part)
    {
        var id = part.TakeToolCallId();
        var name = YaAgentTools.NameOf(heard, part, id);
        var args = YaAgentTools.TakeArgs(part);
        id = heard.Output.StartedId(name, id);
        var isBegun = args is { ValueKind: JsonValueKind.String } text && !ToolMembers.IsWhole(text);
        heard.AddWithRest(heard.Write("tool_call_started").Text("tool_call_id", id).Text("tool_name", name).Args(isBegun ? null : args), part);
        if (isBegun) heard.Add(heard.Write("tool_call_args_delta").Text("tool_call_id", id).Json("delta", args));
    }

    public static void Delta(YaAgentEvent heard, NativeBody delta)
    {
        var args = YaAgentTools.TakeArgs(delta);
        if ((delta.TakeToolCallId() ?? heard.LastOpenCall()?.Id) is not { } id)
        {
            heard.AddUnknown();
            return;
        }
        if (args is { ValueKind: JsonValueKind.String } text)
            heard.AddWithRest(heard.Write("tool_call_args_delta").Text("tool_call_id", id).Json("delta", text), delta);
        else
        {
            var payload = heard.Write("tool_call_updated").Text("tool_call_id", id);
            heard.AddWithRest(args is null ? payload : payload.Args(args), delta);
        }
    }

    /// <summary>The tool is run: says the call with all its arguments, unless it was streamed so.</summary>
    public static void Called(YaAgentEvent heard)
    {
        if (heard.TakePart("part") is { } part) YaAgentTools.Say(heard, part, mayBeSilent: true);
        else heard.AddUnknown();
    }

    public static void Returned(YaAgentEvent heard)
    {
        if ((heard.TakePart("part") ?? heard.TakePart("result")) is { } part) Return(heard, part);
        else heard.AddUnknown();
    }

    /// <summary>A result, or the demand to try again, which is a failure of this call.</summary>
    public static void Return(YaAgentEvent heard, NativeBody part)
    {
        var id = part.TakeToolCallId();
        var name = YaAgentTools.NameOf(heard, part, id);
        var kind = JsonText.MemberText(part.Json, "part_kind");
        var content = part.Take("content");
        var outcome = JsonText.MemberText(part.Json, "outcome");
        var payload = heard.Write("tool_call_result").Text("tool_call_id", heard.Output.EndedId(name, id)).Text("tool_name", name);
        if (kind == "retry-prompt")
        {
            var isText = content is { ValueKind: JsonValueKind.String };
            payload.Result(isText ? null : content).Json("error", isText ? content : Retry).Flag("success", false);
        }
        else if (outcome is null or "success") payload.Result(content).Null("error").Flag("success", outcome is null ? null : true);
        else payload.Result(content).Text("error", outcome).Flag("success", false);
        heard.AddWithRest(payload, part);
    }

    private static JsonElement Retry { get; } = JsonElement.Parse("\"retry\""u8);
}
