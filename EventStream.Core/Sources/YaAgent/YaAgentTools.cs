using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's tool calls.</summary>
internal static class YaAgentTools
{
    public static void Start(YaAgentEvent current) => AddCall(current, current.Body, mayAddNothing: false);

    public static void ArgsDelta(YaAgentEvent current)
    {
        var delta = current.Body.Take(JsonValueKind.String, "delta", "args_delta");
        if (delta is null || current.CallOf(current.Body) is not { } call) current.AddUnknown();
        else current.AddWithRemaining(current.Write("tool_call_args_delta").Call(call).Json("delta", delta));
    }

    public static void ArgsEnd(YaAgentEvent current) => EndArgs(current, current.Body);

    public static void Result(YaAgentEvent current)
    {
        var body = current.Body;
        var given = body.TakeToolCallId();
        var result = body.Take("result", "content", "output");
        var (call, name) = Ended(current, body, given, ToolMembers.OutcomeOf(result, isFailure: body.Find("error") is not null), current.LastOpenCall());
        var payload = current.WriteOf(call.Known, "tool_call_result").Call(call).Text("tool_name", name).Result(result);
        current.AddWithRemaining(Error(payload, body));
    }

    /// <summary>Adds the call with its present arguments: starts it, or updates it when it is known.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="call">The members of the call.</param>
    /// <param name="mayAddNothing">Whether a call without anything new adds no event.</param>
    public static void AddCall(YaAgentEvent current, NativeBody call, bool mayAddNothing)
    {
        var given = call.TakeToolCallId();
        var name = NameOf(current, call, given);
        var args = TakeArgs(call);
        var part = call == current.Body ? null : call;
        var id = current.Output.StartedCall(name, given, ToolMembers.ArgsOf(args), current.Scope, current.Agent, areToCome: args is null);
        if (id.Known is not { IsStarted: true } known)
        {
            current.AddWithRemaining(current.Write("tool_call_started").Call(id).Text("tool_name", name).Args(args), part);
            return;
        }
        var isChanged = HasOther(known, args) || !known.IsNamed(name);
        // A start that is told again after the result repeats it.
        if ((mayAddNothing || known.HasResult) && !isChanged && !current.HasRemaining(call)) return;
        var payload = current.Write("tool_call_updated").Call(id).Text("tool_name", name);
        current.AddWithRemaining(args is null ? payload : payload.Args(args), part);
    }

    /// <summary>Ends the arguments of a call. Arguments that differ from the known ones replace them.</summary>
    public static void EndArgs(YaAgentEvent current, NativeBody call)
    {
        if (current.CallOf(call) is not { } id)
        {
            current.AddUnknown();
            return;
        }
        var said = new NativeBody(call.Json);
        var name = NameOf(said, id.Known);
        var args = TakeArgs(said);
        if (id.Known is not { } known || known is { IsStarted: false, HasResult: false })
        {
            current.Add(current.Write("tool_call_started").Call(id).Text("tool_name", NameOf(call, null)).Args(TakeArgs(call)));
        }
        else if (!known.IsNamed(name) || HasOther(known, args))
        {
            var payload = current.Write("tool_call_updated").Call(id).Text("tool_name", NameOf(call, known));
            current.Add(TakeArgs(call) is { } changed ? payload.Args(changed) : payload);
        }
        current.AddWithRemaining(current.Write("tool_call_args_end").Call(id), call == current.Body ? null : call);
    }

    /// <summary>The call that a result ends, and the tool's name.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="body">Names the tool, if it does.</param>
    /// <param name="given">The native id, if it has one.</param>
    /// <param name="outcome">The result.</param>
    /// <param name="else">The call that a result without an id ends; null when the tool's name decides.</param>
    public static (ToolCallId Call, string Name) Ended(YaAgentEvent current, NativeBody body, string? given, ToolValue outcome, ToolCall? @else)
    {
        var named = body.TakeToolName();
        var call = given is null && @else is not null ? ToolCallIds.Of(@else) : current.Output.EndedCall(named, given, args: null, outcome, current.Scope, current.Agent, current.IsScopeSaid);
        return (call, named == "unknown" && call.Known is { } known ? known.Name : named);
    }

    /// <summary>Its own name, else the one that the call of that id has.</summary>
    public static string NameOf(YaAgentEvent current, NativeBody call, string? given) =>
        NameOf(call, given is null ? null : current.State.FindToolCall(given, current.Scope, current.Agent));

    private static string NameOf(NativeBody call, ToolCall? known) => call.TakeToolName() is var name && name == "unknown" && known is not null ? known.Name : name;

    private static bool HasOther(ToolCall known, JsonElement? args) => args is not null && known.Args?.Digest != ToolMembers.ArgsOf(args).Digest;

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
