using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's tool calls.</summary>
internal static class YaAgentTools
{
    public static void Start(YaAgentEvent current) => AddCall(current, current.Body, mayAddNothing: false);

    public static void ArgsDelta(YaAgentEvent current)
    {
        var delta = current.Body.Take(JsonValueKind.String, "delta", "args_delta");
        if (delta is null || (current.Body.TakeToolCallId() ?? current.LastOpenCall()?.Id) is not { } id) current.AddUnknown();
        else current.AddWithRemaining(current.Write("tool_call_args_delta").Text("tool_call_id", id).Json("delta", delta));
    }

    public static void ArgsEnd(YaAgentEvent current) => EndArgs(current, current.Body);

    public static void Result(YaAgentEvent current)
    {
        var body = current.Body;
        var id = body.TakeToolCallId() ?? current.LastOpenCall()?.Id;
        var name = NameOf(current, body, id);
        var result = body.Take("result", "content", "output");
        var payload = current.Write("tool_call_result").Text("tool_call_id", current.Output.EndedId(name, id)).Text("tool_name", name).Result(result);
        current.AddWithRemaining(Error(payload, body));
    }

    /// <summary>Adds the call with its present arguments: starts it, or updates it when it is known.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="call">The members of the call.</param>
    /// <param name="mayAddNothing">Whether a call without anything new adds no event.</param>
    public static void AddCall(YaAgentEvent current, NativeBody call, bool mayAddNothing)
    {
        var id = call.TakeToolCallId();
        var name = NameOf(current, call, id);
        var args = TakeArgs(call);
        var part = call == current.Body ? null : call;
        if (id is null || current.State.ToolCall(id) is not { HasResult: false } known)
        {
            current.AddWithRemaining(current.Write("tool_call_started").Text("tool_call_id", current.Output.StartedId(name, id)).Text("tool_name", name).Args(args), part);
            return;
        }
        var isChanged = (args is not null && known.ArgsDigest != ToolMembers.ArgsDigest(args)) || known.Name != name;
        if (mayAddNothing && !isChanged && !current.HasRemaining(call)) return;
        var payload = current.Write("tool_call_updated").Text("tool_call_id", id).Text("tool_name", name);
        current.AddWithRemaining(args is null ? payload : payload.Args(args), part);
    }

    /// <summary>Ends the arguments of a call. Arguments that differ from the known ones replace them.</summary>
    public static void EndArgs(YaAgentEvent current, NativeBody call)
    {
        if ((call.TakeToolCallId() ?? current.LastOpenCall()?.Id) is not { } id)
        {
            current.AddUnknown();
            return;
        }
        var said = new NativeBody(call.Json);
        var name = NameOf(current, said, id);
        var args = TakeArgs(said);
        if (current.State.ToolCall(id) is not { } known)
        {
            current.Add(current.Write("tool_call_started").Text("tool_call_id", id).Text("tool_name", NameOf(current, call, id)).Args(TakeArgs(call)));
        }
        else if (known.Name != name || (args is not null && known.ArgsDigest != ToolMembers.ArgsDigest(args)))
        {
            var payload = current.Write("tool_call_updated").Text("tool_call_id", id).Text("tool_name", NameOf(current, call, id));
            current.Add(TakeArgs(call) is { } changed ? payload.Args(changed) : payload);
        }
        current.AddWithRemaining(current.Write("tool_call_args_end").Text("tool_call_id", id), call == current.Body ? null : call);
    }

    /// <summary>Its own name, else the one that the call has.</summary>
    public static string NameOf(YaAgentEvent current, NativeBody call, string? id)
    {
        var name = call.TakeToolName();
        return name == "unknown" && id is not null && current.State.ToolCall(id) is { } known ? known.Name : name;
    }

    /// <summary>The arguments; null when they are still to come.</summary>
    public static JsonElement? TakeArgs(NativeBody call) =>
        call.Take("args", "arguments", "input", "args_delta") is { ValueKind: not JsonValueKind.Null } args && JsonText.Text(args) is not "" ? args : null;

    /// <summary>Writes <c>error</c>: a text or null.</summary>
    private static PayloadWriter Error(PayloadWriter payload, NativeBody body)
    {
        if (body.Find("error") is not { } error) return Null(payload, body);
        if (body.TakeText("error") is { } text) return payload.Text("error", text);
        return payload.Text("error", JsonText.MemberText(error, "message") ?? "failed");
    }

    private static PayloadWriter Null(PayloadWriter payload, NativeBody body)
    {
        body.Drop("error");
        return payload.Null("error");
    }
}
