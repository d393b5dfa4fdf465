using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Adk;

/// <summary>The vocabulary that the canonical names and payloads were taken from: known events pass unchanged.</summary>
internal sealed class AdkNormaliser : ISourceNormaliser
{
    private static readonly FrozenSet<string> Types = FrozenSet.Create(StringComparer.Ordinal,
        "session_started", "session_ended",
        "agent_message_start", "agent_message_delta", "agent_message_end", "agent_thought",
        "tool_call_started", "tool_call_delta", "tool_call_result",
        "workflow_started", "workflow_step_started", "workflow_step_completed", "workflow_transition", "workflow_completed",
        "run_error", "run_retry", "run_interrupted",
        "retrieval_started", "retrieval_result", "automation_triggered", "automation_completed", "metrics_update");

    public string Name => "adk";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context)
    {
        var payload = JsonText.Member(frame, "payload") ?? EventJson.NoMembers;
        yield return new NativeEvent
        {
            Source = this,
            Type = JsonText.MemberText(frame, "type") ?? "unknown",
            Body = frame,
            SessionId = JsonText.FirstScalar(frame, "session_id") ?? JsonText.FirstScalar(payload, "session_id"),
            RunId = JsonText.FirstScalar(payload, "run_id") ?? JsonText.FirstScalar(frame, "run_id"),
            ProjectId = JsonText.FirstScalar(frame, "project_id"),
            ExecutionId = JsonText.FirstScalar(frame, "execution_id"),
            AgentId = JsonText.FirstScalar(frame, "agent_id"),
            EventId = JsonText.FirstScalar(frame, "event_id") is { } id && IsUnique(id) ? id : null,
            Timestamp = NativeTime.Read(JsonText.Member(frame, "timestamp")),
        };
    }

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var payload = JsonText.Member(native.Body, "payload");
        if (payload is not { ValueKind: JsonValueKind.Object } json || !NativeBody.IsPlain(json))
        {
            output.AddUnknown();
            return;
        }
        var envelope = RemainingEnvelope(native);
        if (!Types.Contains(native.Type)) output.Write("custom_event").Text("name", native.Type).Json("value", json).Remaining(envelope);
        else if (native.Type == "metrics_update") AdkMetrics.Write(output, json).Remaining(envelope);
        else AdkIds.Write(output, native.Type, new NativeBody(json)).Remaining(envelope);
        output.Add();
    }

    // Other members of the native envelope go into the payload.
    private static NativeBody RemainingEnvelope(NativeEvent native)
    {
        var envelope = new NativeBody(native.Body);
        envelope.Drop("payload");
        foreach (var (name, said) in ((string, string?)[])[("session_id", native.SessionId), ("run_id", native.RunId), ("project_id", native.ProjectId), ("execution_id", native.ExecutionId), ("agent_id", native.AgentId), ("event_id", native.EventId), ("type", native.Type)])
        {
            if (said is not null && JsonText.FirstScalar(native.Body, name) == said) envelope.Drop(name);
        }
        if (native.Timestamp is not null && NativeTime.Read(JsonText.Member(native.Body, "timestamp")) == native.Timestamp) envelope.Drop("timestamp");
        return envelope;
    }

    // The proxy gives all its events the id "error". An id without a digit is taken to be shared.
    private static bool IsUnique(string id) => id.AsSpan().ContainsAnyInRange('0', '9');
}
