using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Members that all of Eddie's bodies have.</summary>
internal static class EddieBody
{
    /// <summary>Drops the members that the envelope carries.</summary>
    public static void DropEnvelope(this NativeBody body, NativeEvent native, string time)
    {
        body.DropCarried(native.SessionId, "sessionId", "session_id");
        body.DropCarried(native.RunId, "runId", "run_id");
        body.DropCarried(native.Type, "type", "event");
        // Times under other names have a canonical place in the payload.
        if (time == "timestamp" && NativeTime.Read(body.Member(time)) is not null) body.Drop(time);
    }

    /// <summary>The agent, without blanks around it, as Eddie's own gateways read it.</summary>
    public static string? Agent(this NativeBody body) => (body.Id("agentId") ?? body.Id("agent_id"))?.Trim();

    /// <summary>The agent as it was sent; a blank one names none and stays among the other members.</summary>
    public static string? TakeAgent(this NativeBody body) => body.TakeUnlessBlank("agentId") ?? body.TakeUnlessBlank("agent_id");

    public static string? TakeMessageId(this NativeBody body) => body.TakeId("id", "messageId", "message_id");

    /// <summary>Ends an event with the members that are left.</summary>
    public static void AddWithRemaining(this NormalisedEvents output, PayloadWriter payload, NativeBody body)
    {
        payload.Remaining(body).Remaining(output.Native.Beside);
        output.Add();
    }

    private static string? TakeUnlessBlank(this NativeBody body, string name)
    {
        var isOther = body.Member(name) is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } || (body.MemberText(name) is { Length: > 0 } text && string.IsNullOrWhiteSpace(text));
        return isOther ? null : body.TakeId(name);
    }
}
