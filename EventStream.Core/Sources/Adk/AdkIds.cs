using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Adk;

/// <summary>Writes payloads that pass unchanged, but for ids that the source uses again and ends without a text.</summary>
internal static class AdkIds
{
    public static PayloadWriter Write(NormalisedEvents output, string type, NativeBody body)
    {
        if (type.StartsWith("agent_message_", StringComparison.Ordinal) && JsonText.Id(body.Member("message_id")) is { } message) return Message(output, type, body, message);
        if (type.StartsWith("tool_call_", StringComparison.Ordinal) && JsonText.Id(body.Member("tool_call_id")) is { } call) return Call(output, type, body, call);
        return output.Write(type).Remaining(body);
    }

    private static PayloadWriter Message(NormalisedEvents output, string type, NativeBody body, string given)
    {
        given = NativeIds.Bounded(given);
        var agent = body.MemberText("agent");
        var id = type switch
        {
            "agent_message_start" => output.BegunMessage(given, output.Scope, agent),
            "agent_message_delta" => output.GrownMessage(given, output.Scope, agent),
            _ => output.MessageOf(given, output.Scope, isThought: false, agent),
        };
        var payload = output.Write(type);
        if (!IsSaid(body, "message_id", id.Id))
        {
            body.TakeId("message_id");
            payload.Message(id);
        }
        if (type != "agent_message_end" || body.Find("content") is not null) return payload.Remaining(body);
        body.Drop("content");
        return payload.Content(output.State.Message(id.Id)).Remaining(body);
    }

    private static PayloadWriter Call(NormalisedEvents output, string type, NativeBody body, string given)
    {
        given = NativeIds.Bounded(given);
        var name = body.MemberText("tool_name") ?? "";
        var agent = body.MemberText("agent");
        var args = body.Find("args_raw", "args") is { } said ? ToolMembers.ArgsOf(said) : (ToolValue?)null;
        var call = type switch
        {
            "tool_call_started" => output.StartedCall(name, given, args ?? ToolValue.None, output.Scope, agent),
            "tool_call_result" => output.EndedCall(name, given, args, ToolValue.Outcome(body.Find("result"), body.Find("error") is not null), output.Scope, agent),
            _ => output.CallOf(given, output.Scope, agent),
        };
        var payload = output.Write(type);
        if (IsSaid(body, "tool_call_id", call.Id)) return payload.Remaining(body);
        body.TakeId("tool_call_id");
        return payload.Call(call).Remaining(body);
    }

    private static bool IsSaid(NativeBody body, string member, string id) => JsonText.Id(body.Member(member)) == id;
}
