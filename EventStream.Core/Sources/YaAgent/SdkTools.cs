using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>Tool calls as pydantic-ai streams and runs them.</summary>
internal static class SdkTools
{
    /// <summary>A call begins; its arguments may have begun as well, as a text that is no JSON yet.</summary>
    public static void Start(YaAgentEvent current, NativeBody part)
    {
        var id = part.TakeToolCallId();
        var name = YaAgentTools.NameOf(current, part, id);
        var args = YaAgentTools.TakeArgs(part);
        id = current.Output.StartedId(name, id);
        var isBegun = args is { ValueKind: JsonValueKind.String } text && !ToolMembers.IsWhole(text);
        current.AddWithRemaining(current.Write("tool_call_started").Text("tool_call_id", id).Text("tool_name", name).Args(isBegun ? null : args), part);
        if (isBegun) current.Add(current.Write("tool_call_args_delta").Text("tool_call_id", id).Json("delta", args));
    }

    public static void Delta(YaAgentEvent current, NativeBody delta)
    {
        var args = YaAgentTools.TakeArgs(delta);
        if ((delta.TakeToolCallId() ?? current.LastOpenCall()?.Id) is not { } id)
        {
            current.AddUnknown();
            return;
        }
        if (args is { ValueKind: JsonValueKind.String } text)
            current.AddWithRemaining(current.Write("tool_call_args_delta").Text("tool_call_id", id).Json("delta", text), delta);
        else
        {
            var payload = current.Write("tool_call_updated").Text("tool_call_id", id);
            current.AddWithRemaining(args is null ? payload : payload.Args(args), delta);
        }
    }

    /// <summary>The tool is run: adds the call with all its arguments, unless they were streamed already.</summary>
    public static void Called(YaAgentEvent current)
    {
        if (current.TakePart("part") is { } part) YaAgentTools.AddCall(current, part, mayAddNothing: true);
        else current.AddUnknown();
    }

    public static void Returned(YaAgentEvent current)
    {
        if ((current.TakePart("part") ?? current.TakePart("result")) is { } part) Return(current, part);
        else current.AddUnknown();
    }

    /// <summary>A result, or a request to try again, which counts as a failure of this call.</summary>
    public static void Return(YaAgentEvent current, NativeBody part)
    {
        var id = part.TakeToolCallId();
        var name = YaAgentTools.NameOf(current, part, id);
        var kind = JsonText.MemberText(part.Json, "part_kind");
        var content = part.Take("content");
        var outcome = JsonText.MemberText(part.Json, "outcome");
        var payload = current.Write("tool_call_result").Text("tool_call_id", current.Output.EndedId(name, id)).Text("tool_name", name);
        if (kind == "retry-prompt")
        {
            var isText = content is { ValueKind: JsonValueKind.String };
            payload.Result(isText ? null : content).Json("error", isText ? content : Retry).Flag("success", false);
        }
        else if (outcome is null or "success") payload.Result(content).Null("error").Flag("success", outcome is null ? null : true);
        else payload.Result(content).Text("error", outcome).Flag("success", false);
        current.AddWithRemaining(payload, part);
    }

    private static JsonElement Retry { get; } = JsonElement.Parse("\"retry\""u8);
}
