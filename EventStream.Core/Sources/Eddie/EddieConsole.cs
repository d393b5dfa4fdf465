using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Eddie;

/// <summary>The raw events of a provider's stream. They name no message, so all text of one agent until the end becomes one message.</summary>
internal static class EddieConsole
{
    public static void Delta(NormalisedEvents output, NativeBody body)
    {
        if (TakeText(body) is not { } text)
        {
            output.AddUnknown();
            return;
        }
        var agent = body.TakeAgent();
        var id = body.TakeId("id") is { } given ? output.BegunMessage(given, output.Scope, agent) : new MessageId(Open(output, agent ?? "assistant", isThought: false) ?? output.NewMessageId(), null);
        if (output.State.Message(id.Id) is null)
        {
            output.Write("agent_message_start").Message(id).Text("agent", agent ?? "assistant").Text("role", "assistant");
            output.Add();
        }
        output.AddWithRemaining(output.Write("agent_message_delta").Message(id).Json("delta", text).Text("agent", agent ?? "assistant"), body);
    }

    public static void ReasoningDelta(NormalisedEvents output, NativeBody body)
    {
        if (TakeText(body) is not { } text)
        {
            output.AddUnknown();
            return;
        }
        var agent = body.TakeAgent();
        var id = body.TakeId("id") is { } given ? output.MessageOf(given, output.Scope, isThought: true, agent) : new MessageId(Open(output, agent, isThought: true) ?? output.NewMessageId(), null);
        output.AddWithRemaining(output.Write("agent_thought_delta").Message(id).Json("delta", text).Text("agent", agent), body);
    }

    public static void ReasoningEnd(NormalisedEvents output, NativeBody body)
    {
        var agent = body.Agent();
        if (output.State.OpenMessages.LastOrDefault(open => open.IsThought && IsOf(open, output, agent)) is not { } thought)
        {
            // There is no open thought to end.
            output.AddUnknown();
            return;
        }
        var payload = output.Write("agent_thought").Text("message_id", thought.Id).Text("source_message_id", thought.SourceId).Content(thought);
        output.AddWithRemaining(payload.Text("agent", body.TakeAgent() ?? thought.Agent), body);
    }

    public static void Error(NormalisedEvents output, NativeBody body)
    {
        if (body.TakeText("message") is not { } message)
        {
            output.AddUnknown();
            return;
        }
        var type = body.Find("cause") is { } cause && new NativeBody(cause) is var why && (why.Id("name") ?? why.Id("code")) is { } named ? named : "error";
        output.AddWithRemaining(output.Write("run_error").Text("error_type", type).Text("message", message).Text("agent", body.TakeAgent()), body);
    }

    public static void Notification(NormalisedEvents output, NativeBody body)
    {
        var metadata = new NativeBody(body.Find("metadata") ?? EventJson.NoMembers);
        var severity = metadata.Word("severity");
        var tool = new EddieToolCall { Id = metadata.Id("tool_call_id") is { } id ? NativeIds.Bounded(id) : null, Name = metadata.Word("tool"), Agent = body.Agent() };
        // This notice is the only result of a tool that fails.
        if (severity == "error" && (tool.Id ?? tool.Name) is not null)
        {
            body.TakeAgent();
            if (EddieTools.End(output, tool, TextOf(body.Find("payload")) ?? "failed", body)) return;
            body = new NativeBody(output.Native.Body);
            body.DropEnvelope(output.Native, "timestamp");
        }
        var said = body.Find("payload");
        var payload = output.Write("notification").Text("message", TextOf(said)).Text("severity", severity);
        if (said is not { ValueKind: JsonValueKind.String }) payload.Json("value", body.Take("payload"));
        else if (JsonText.Text(said.Value) is not null) body.Drop("payload");
        output.AddWithRemaining(payload.Text("agent", body.TakeAgent()), body);
    }

    public static void End(NormalisedEvents output, NativeBody body)
    {
        var agent = body.Agent();
        foreach (var message in output.State.OpenMessages.Where(message => IsOf(message, output, agent)).ToList()) Lifecycle.EndMessage(output, message);
        output.AddWithRemaining(output.Write("agent_status").Text("status", "idle").Text("agent", body.TakeAgent()), body);
    }

    // An event or message without an agent matches every agent.
    private static bool IsOf(OpenMessage message, NormalisedEvents output, string? agent) =>
        (agent is null || message.Agent is null or "assistant" || message.Agent == agent)
        && (output.Native.ExecutionId is null || message.ExecutionId is null || message.ExecutionId == output.Native.ExecutionId)
        && (output.RunId is null || message.RunId is null || message.RunId == output.RunId);

    // Messages with ids of their own come whole through other events, so these pieces don't belong to them.
    private static string? Open(NormalisedEvents output, string? agent, bool isThought) =>
        output.State.OpenMessages.LastOrDefault(open => open.IsThought == isThought && open.Agent == agent && open.RunId == output.RunId
            && open.ExecutionId == output.Native.ExecutionId && output.IsNewMessageId(open.Id))?.Id;

    private static JsonElement? TakeText(NativeBody body) => body.Take(JsonValueKind.String, "text");

    private static string? TextOf(JsonElement? said) => said is { } value ? JsonText.Text(value) ?? JsonText.MemberText(value, "message") : null;
}
