using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>A frame and the object in it that holds the event; the frame itself when it has no wrapping.</summary>
internal readonly record struct YaAgentFrame(JsonElement Envelope, JsonElement Body, bool IsWrapped, bool IsCustom)
{
    private static readonly string[] TypeNames = ["event_type", "eventType", "type", "class", "event"];
    private static readonly string[] SdkTypeNames = ["event_kind", "class", "event_class", "type", "event_type"];

    /// <summary>Whether the envelope is an object around the body.</summary>
    public bool HasEnvelope => IsWrapped || IsCustom || JsonText.Member(Envelope, "payload") is { ValueKind: JsonValueKind.Object };

    /// <summary>Takes the wrapping off: the SDK's <c>{agent_id, agent_name, event}</c>, the protocol's <c>payload</c>, or the value of an AG-UI CUSTOM event.</summary>
    public static YaAgentFrame Of(JsonElement frame)
    {
        if (JsonText.Member(frame, "event") is { ValueKind: JsonValueKind.Object } wrapped) return new YaAgentFrame(frame, wrapped, IsWrapped: true, IsCustom: false);
        if (JsonText.Member(frame, "payload") is { ValueKind: JsonValueKind.Object } payload) return new YaAgentFrame(frame, payload, IsWrapped: false, IsCustom: false);
        if (JsonText.MemberText(frame, "type") == "CUSTOM" && JsonText.MemberText(frame, "name") is { Length: > 0 } && JsonText.Member(frame, "value") is { ValueKind: JsonValueKind.Object } value)
            return new YaAgentFrame(frame, value, IsWrapped: false, IsCustom: true);
        return new YaAgentFrame(frame, frame, IsWrapped: false, IsCustom: false);
    }

    public NativeEvent Read(ISourceNormaliser source, IngestContext context)
    {
        var type = Type(context);
        var isSdk = YaAgentNames.IsSdk(type, IsWrapped);
        var agent = Text("agent_id", "agentId", inBody: !isSdk);
        var id = isSdk ? null : JsonText.FirstScalar(Envelope, "event_id");
        return new NativeEvent
        {
            Source = source,
            Type = type,
            Body = Envelope,
            SessionId = Text("session_id", "sessionId"),
            RunId = Text("run_id", "runId") ?? (isSdk && YaAgentNames.IsExecution(type) ? ExecutionRun(agent, context) : null),
            AgentId = agent,
            EventId = id,
            Timestamp = NativeTime.Read(JsonText.Member(Envelope, "timestamp")) ?? NativeTime.Read(JsonText.Member(Body, "timestamp")),
        };
    }

    // These events have the run's id. The caller may have named the main agent's run already.
    private string? ExecutionRun(string? agent, IngestContext context) =>
        context.RunId is not null && YaAgentNames.IsMain(agent) ? null : JsonText.FirstScalar(Body, "event_id");

    private string Type(IngestContext context)
    {
        if (IsCustom) return JsonText.MemberText(Envelope, "name")!;
        var isSdk = IsWrapped || JsonText.MemberText(Body, "event_kind") is not null;
        return JsonText.FirstText(isSdk ? Body : Envelope, isSdk ? SdkTypeNames : TypeNames) ?? context.Class ?? (IsWrapped ? "StreamEvent" : "unknown");
    }

    private string? Text(string name, string camelName, bool inBody = true)
    {
        var own = HasEnvelope || inBody ? JsonText.FirstScalar(Envelope, name, camelName) : null;
        // The payload's own run wins over that of its wrapping.
        return name == "run_id" ? JsonText.FirstScalar(Body, name, camelName) ?? own : own ?? (inBody ? JsonText.FirstScalar(Body, name, camelName) : null);
    }
}
