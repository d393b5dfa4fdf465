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
        var given = part.TakeToolCallId();
        var name = YaAgentTools.NameOf(current, part, given);
        var args = YaAgentTools.TakeArgs(part);
        var isBegun = args is { ValueKind: JsonValueKind.String } text && !ToolMembers.IsWhole(text);
        var call = current.Output.StartedCall(name, given, ToolMembers.ArgsOf(isBegun ? null : args), current.Scope, current.Agent, areToCome: isBegun || args is null);
        // A start that is told again after the result repeats it.
        var isRepeat = call.Known is { IsStarted: true, HasResult: true };
        if (isRepeat && !current.HasRemaining(part)) return;
        current.AddWithRemaining(current.Write(isRepeat ? "tool_call_updated" : "tool_call_started").Call(call).Text("tool_name", name).Args(isBegun ? null : args), part);
        if (isBegun) current.Add(current.Write("tool_call_args_delta").Call(call).Json("delta", args));
    }

    public static void Delta(YaAgentEvent current, NativeBody delta)
    {
        var args = YaAgentTools.TakeArgs(delta);
        if (current.CallOf(delta) is not { } call)
        {
            current.AddUnknown();
            return;
        }
        if (args is { ValueKind: JsonValueKind.String } text)
            current.AddWithRemaining(current.Write("tool_call_args_delta").Call(call).Json("delta", text), delta);
        else
        {
            var payload = current.Write("tool_call_updated").Call(call);
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
        var given = part.TakeToolCallId();
        var isRetry = JsonText.MemberText(part.Json, "part_kind") == "retry-prompt";
        var content = part.Take("content");
        var isReason = isRetry && content is { ValueKind: JsonValueKind.String };
        var outcome = JsonText.MemberText(part.Json, "outcome");
        var (call, name) = YaAgentTools.Ended(current, part, given, ToolMembers.OutcomeOf(isReason ? null : content, isFailure: isRetry || outcome is not (null or "success")), @else: null);
        var payload = current.WriteOf(call.Known, "tool_call_result").Call(call).Text("tool_name", name);
        if (isRetry) payload.Result(isReason ? null : content).Json("error", isReason ? content : Retry).Flag("success", false);
        else if (outcome is null or "success") payload.Result(content).Null("error").Flag("success", outcome is null ? null : true);
        else payload.Result(content).Text("error", outcome).Flag("success", false);
        current.AddWithRemaining(payload, part);
    }

    private static JsonElement Retry { get; } = JsonElement.Parse("\"retry\""u8);
}
