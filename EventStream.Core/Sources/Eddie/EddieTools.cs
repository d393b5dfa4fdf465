using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Eddie;

/// <summary>Tool calls. They arrive in several ways at once; each phase of a call becomes one event.</summary>
internal static class EddieTools
{
    public static void Call(NormalisedEvents output, NativeBody body)
    {
        var tool = Take(body) with { Args = TakeArgs(body) };
        // On the wire, calls and results have both members.
        if (body.Member("result") is { ValueKind: JsonValueKind.Null }) body.Drop("result");
        Start(output, tool, body);
    }

    public static void Result(NormalisedEvents output, NativeBody body)
    {
        var tool = Take(body) with { Result = body.Take("result"), Args = TakeArgs(body) };
        End(output, tool, error: null, body);
    }

    /// <summary>A call: the first of its id starts it, a changed one updates it.</summary>
    public static void Start(NormalisedEvents output, EddieToolCall tool, NativeBody rest)
    {
        var args = ArgsOf(tool);
        var call = output.StartedCall(tool.Name ?? "unknown", tool.Id, args, output.Scope, tool.Agent);
        if (call.Known is not { } known || (!known.IsStarted && (known.Args is null || (tool.Agent is not null && tool.Agent != known.Agent))))
        {
            var started = output.Write("tool_call_started").Call(call).Text("tool_name", tool.Name ?? call.Known?.Name ?? "unknown").Args(tool.Args);
            output.AddWithRemaining(started.Text("agent", tool.Agent), rest);
            return;
        }
        var isRenamed = tool.Name is not null && !known.IsNamed(tool.Name);
        var hasNewArgs = args is { } said && said.Digest != known.Args?.Digest;
        if (!isRenamed && !hasNewArgs) return;
        var updated = output.Write("tool_call_updated").Call(call).Text("tool_name", tool.Name ?? known.Name);
        // Truncated arguments don't replace complete ones.
        if (hasNewArgs && IsCut(tool.Args!.Value)) updated.Json("args_raw", tool.Args).Flag("args_truncated", true);
        else if (hasNewArgs) updated.Args(tool.Args);
        output.AddWithRemaining(updated.Text("agent", tool.Agent), rest);
    }

    /// <summary>A result or failure; false when the call had one already.</summary>
    public static bool End(NormalisedEvents output, EddieToolCall tool, string? error, NativeBody rest)
    {
        var args = ArgsOf(tool);
        var outcome = ToolMembers.OutcomeOf(tool.Result, isFailure: error is not null);
        var call = output.EndedCall(tool.Name ?? "unknown", tool.Id, args, outcome, output.Scope, tool.Agent);
        if (call.Known is { HasResult: true } ended && (!ended.IsCancelled || ended.Outcome is { } known && known.IsSame(outcome))) return false;
        var payload = output.Write("tool_call_result").Call(call).Text("tool_name", tool.Name ?? call.Known?.Name ?? "unknown").Result(tool.Result);
        if (error is null) payload.Null("error");
        else payload.Text("error", error);
        if (args is { } said && said.Digest != call.Known?.Args?.Digest) payload.Args(tool.Args);
        output.AddWithRemaining(payload.Text("agent", tool.Agent), rest);
        return true;
    }

    private static ToolValue? ArgsOf(EddieToolCall tool) => tool.Args is { } args ? ToolMembers.ArgsOf(args) : null;

    private static EddieToolCall Take(NativeBody body)
    {
        var id = body.TakeId("id") ?? body.TakeToolCallId();
        return new EddieToolCall { Id = id, Name = body.TakeName("name", "tool_name", "toolName", "tool"), Agent = body.TakeAgent() };
    }

    private static JsonElement? TakeArgs(NativeBody body)
    {
        body.DropCarried(null, "arguments", "args");
        return Said("arguments") ?? Said("args");

        JsonElement? Said(string name) => body.Find(name) is { } args && JsonText.Text(args) is not "" ? body.Take(name) : null;
    }

    private static bool IsCut(JsonElement args) => JsonText.Text(args) is { } text && text.EndsWith('…');
}
