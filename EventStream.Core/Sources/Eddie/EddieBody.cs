using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>What Eddie's bodies have in common.</summary>
internal static class EddieBody
{
    /// <summary>Leaves out what the envelope carries.</summary>
    public static void DropEnvelope(this NativeBody body, NativeEvent native, string time)
    {
        body.DropCarried(native.SessionId, "sessionId");
        body.DropCarried(native.SessionId, "session_id");
        body.DropCarried(native.RunId, "runId");
        body.DropCarried(native.RunId, "run_id");
        body.DropCarried(native.Type, "type");
        body.DropCarried(native.Type, "event");
        // Times of other names find a place in the payload.
        if (time == "timestamp" && NativeTime.Read(body.Member(time)) is not null) body.Drop(time);
    }

    /// <summary>Leaves a member out that says nothing, or what the envelope says.</summary>
    public static void DropCarried(this NativeBody body, string? carried, string name)
    {
        if (body.Member(name) is { } value && (value.ValueKind == JsonValueKind.Null || JsonText.Text(value) is { } text && (text.Length == 0 || text == carried))) body.Drop(name);
    }

    /// <summary>The text of a member that isn't blank.</summary>
    public static string? Id(this NativeBody body, string name) => body.MemberText(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The agent, without blanks around it, as Eddie's own gateways read it.</summary>
    public static string? Agent(this NativeBody body) => (body.Id("agentId") ?? body.Id("agent_id"))?.Trim();

    /// <summary>The agent as it was sent; a blank one names nobody and stays in the rest.</summary>
    public static string? TakeAgent(this NativeBody body) => body.TakeUnlessBlank("agentId") ?? body.TakeUnlessBlank("agent_id");

    public static string? TakeMessageId(this NativeBody body) => body.TakeId("id", "messageId", "message_id");

    /// <summary>Ends an event with all that found no place in it.</summary>
    public static void AddWithRemaining(this NormalisedEvents output, PayloadWriter payload, NativeBody body)
    {
        payload.Remaining(body).Remaining(output.Native.Beside);
        output.Add();
    }

    private static string? TakeUnlessBlank(this NativeBody body, string name) =>
        body.MemberText(name) is { Length: > 0 } text && string.IsNullOrWhiteSpace(text) ? null : body.TakeId(name);
}
