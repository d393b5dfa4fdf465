using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Cognesy;

/// <summary>Tool calls. Broadcasts never name the call; raw events of newer versions sometimes do.</summary>
internal static class CognesyTools
{
    private static readonly ModelMember Arguments = Any("args", "arguments", "input");
    private static readonly ModelMember ArgsSummary = Text("args_summary");
    private static readonly ModelMember Result = Any("result", "result_summary");
    private static readonly ModelMember Error = Text("error");
    private static readonly ModelMember Reason = Text("reason");
    private static readonly ModelMember Duration = Number("duration_ms");
    private static readonly ModelMember Success = Flag("success");

    public static void Started(CognesyFrame frame, NormalisedEvents output)
    {
        CognesyExecutions.Begin(output);
        var (name, given) = TakeCall(frame);
        var args = NoneWhenEmpty(frame.Take(Arguments));
        var call = output.StartedCall(name, given, ToolMembers.ArgsOf(args), output.Scope, output.Native.AgentId);
        var payload = output.Write("tool_call_started").Call(call).Text("tool_name", name)
            .Args(args).Text("agent", output.Native.AgentId).Json(ArgsSummary.Name, frame.Take(ArgsSummary));
        frame.Add(output, payload);
    }

    public static void Completed(CognesyFrame frame, NormalisedEvents output)
    {
        CognesyExecutions.Join(output);
        var (name, given) = TakeCall(frame);
        var result = frame.Take(Result);
        var failure = frame.Take(Error);
        var call = output.EndedCall(name, given, args: null, ToolMembers.OutcomeOf(result, failure is not null), output.Scope, output.Native.AgentId);
        var payload = output.Write("tool_call_result").Call(call).Text("tool_name", name).Result(result);
        payload = failure is { } error ? payload.Json("error", error) : payload.Null("error");
        Add(frame, output, payload.Json("success", frame.Take(Success)));
    }

    public static void Blocked(CognesyFrame frame, NormalisedEvents output)
    {
        CognesyExecutions.Join(output);
        var (name, given) = TakeCall(frame);
        var payload = output.Write("tool_call_result").Call(output.EndedCall(name, given, args: null, ToolValue.Outcome(result: null, isFailure: true), output.Scope, output.Native.AgentId)).Text("tool_name", name).Null("result");
        payload = frame.Take(Reason) is { } reason ? payload.Json("error", reason) : payload.Text("error", "blocked");
        Add(frame, output, payload.Flag("blocked", true));
    }

    private static void Add(CognesyFrame frame, NormalisedEvents output, PayloadWriter payload) =>
        frame.Add(output, payload.Json("duration_ms", frame.Take(Duration)).Text("agent", output.Native.AgentId));

    private static (string Name, string? Id) TakeCall(CognesyFrame frame)
    {
        var name = frame.First(body => body.TakeToolName() is var known && known != "unknown" ? known : null) ?? "unknown";
        return (name, frame.First(body => body.TakeToolCallId()));
    }

    // PHP writes a map without entries as a list.
    private static JsonElement? NoneWhenEmpty(JsonElement? args) => args is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0 ? EventJson.NoMembers : args;
}
