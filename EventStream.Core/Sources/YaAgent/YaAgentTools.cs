using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's tool calls.</summary>
internal static class YaAgentTools
{
    public static void Start(YaAgentEvent heard) => Say(heard, heard.Body, mayBeSilent: false);

    public static void ArgsDelta(YaAgentEvent heard)
    {
        var delta = heard.Body.Take(JsonValueKind.String, "delta", "args_delta");
        if (delta is null || (heard.Body.TakeToolCallId() ?? heard.LastOpenCall()?.Id) is not { } id) heard.AddUnknown();
        else heard.AddWithRest(heard.Write("tool_call_args_delta").Text("tool_call_id", id).Json("delta", delta));
    }

    public static void ArgsEnd(YaAgentEvent heard) => EndArgs(heard, heard.Body);

    public static void Result(YaAgentEvent heard)
    {
        var body = heard.Body;
        var id = body.TakeToolCallId() ?? heard.LastOpenCall()?.Id;
        var name = NameOf(heard, body, id);
        var result = body.Take("result", "content", "output");
        var payload = heard.Write("tool_call_result").Text("tool_call_id", heard.Output.EndedId(name, id)).Text("tool_name", name).Result(result);
        heard.AddWithRest(Error(payload, body));
    }

    /// <summary>Says what the arguments of a call are now: starts the call unless it is known.</summary>
    /// <param name="heard">The native event.</param>
    /// <param name="call">The members of the call.</param>
    /// <param name="mayBeSilent">Whether nothing is said when all of it was said before.</param>
    public static void Say(YaAgentEvent heard, NativeBody call, bool mayBeSilent)
    {
        var id = call.TakeToolCallId();
        var name = NameOf(heard, call, id);
        var args = TakeArgs(call);
        var part = call == heard.Body ? null : call;
        if (id is null || heard.State.ToolCall(id) is not { HasResult: false } known)
        {
            heard.AddWithRest(heard.Write("tool_call_started").Text("tool_call_id", heard.Output.StartedId(name, id)).Text("tool_name", name).Args(args), part);
            return;
        }
        var isChanged = (args is not null && known.ArgsDigest != ToolMembers.ArgsDigest(args)) || known.Name != name;
        if (mayBeSilent && !isChanged && !heard.HasRest(call)) return;
        var payload = heard.Write("tool_call_updated").Text("tool_call_id", id).Text("tool_name", name);
        heard.AddWithRest(args is null ? payload : payload.Args(args), part);
    }

    /// <summary>Ends the arguments of a call; those that it names count when they differ from what was said.</summary>
    public static void EndArgs(YaAgentEvent heard, NativeBody call)
    {
        if ((call.TakeToolCallId() ?? heard.LastOpenCall()?.Id) is not { } id)
        {
            heard.AddUnknown();
            return;
        }
        var said = new NativeBody(call.Json);
        var name = NameOf(heard, said, id);
        var args = TakeArgs(said);
        if (heard.State.ToolCall(id) is not { } known)
        {
            heard.Add(heard.Write("tool_call_started").Text("tool_call_id", id).Text("tool_name", NameOf(heard, call, id)).Args(TakeArgs(call)));
        }
        else if (known.Name != name || (args is not null && known.ArgsDigest != ToolMembers.ArgsDigest(args)))
        {
            var payload = heard.Write("tool_call_updated").Text("tool_call_id", id).Text("tool_name", NameOf(heard, call, id));
            heard.Add(TakeArgs(call) is { } changed ? payload.Args(changed) : payload);
        }
        heard.AddWithRest(heard.Write("tool_call_args_end").Text("tool_call_id", id), call == heard.Body ? null : call);
    }

    /// <summary>Its own name, else the one that the call has.</summary>
    public static string NameOf(YaAgentEvent heard, NativeBody call, string? id)
    {
        var name = call.TakeToolName();
        return name == "unknown" && id is not null && heard.State.ToolCall(id) is { } known ? known.Name : name;
    }

    /// <summary>The arguments; those that are still to come are none.</summary>
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
