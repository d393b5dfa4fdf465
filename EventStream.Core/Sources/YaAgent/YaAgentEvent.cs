using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.YaAgent;

/// <summary>One native event while it is normalised: its members, its agent and its run.</summary>
internal sealed class YaAgentEvent
{
    private readonly YaAgentFrame _frame;
    private readonly NativeBody? _envelope;

    public YaAgentEvent(YaAgentFrame frame, NativeEvent native, NormalisedEvents output)
    {
        (_frame, Native, Output, Body) = (frame, native, output, new NativeBody(frame.Body));
        IsSdk = YaAgentNames.IsSdk(native.Type, frame.IsWrapped);
        _envelope = frame.HasEnvelope ? new NativeBody(frame.Envelope) : null;
        _envelope?.Drop(frame.IsWrapped ? "event" : frame.IsCustom ? "value" : "payload");
        if (IsSdk) CorrelationId = JsonText.FirstScalar(frame.Body, "event_id");
        Agent = Body.TakeText("agent") ?? (IsSdk ? null : JsonText.FirstScalar(frame.Body, "agent_id")) ?? native.AgentId;
        Run = native.RunId ?? (SaysRun(frame.Body) || SaysRun(frame.Envelope) ? null : State.OpenRun(Agent) ?? State.OpenRun(YaAgentNames.MainAgent) ?? State.OpenRun(agent: null));
        DropCarried(Body);
        if (_envelope is not null) DropCarried(_envelope);
    }

    public NativeEvent Native { get; }

    public NormalisedEvents Output { get; }

    public SessionState State => Output.State;

    /// <summary>The members of the payload, or of the SDK's event.</summary>
    public NativeBody Body { get; }

    /// <summary>Whether it is an event of the SDK: its id is shared by several.</summary>
    public bool IsSdk { get; }

    /// <summary>The id that the SDK gives to events that belong together, such as start and end.</summary>
    public string? CorrelationId { get; }

    public string? Agent { get; }

    /// <summary>Its own run, else the one that its agent or the main agent has open.</summary>
    public string? Run { get; }

    /// <summary>Its run, else its execution.</summary>
    public string? Scope => Run ?? Native.ExecutionId;

    /// <summary>Whether it says its run or execution; otherwise <see cref="Scope"/> is a guess.</summary>
    public bool IsScopeSaid => (Native.RunId ?? Native.ExecutionId) is not null;

    public PayloadWriter Write(string type) => Output.Write(type, Run);

    /// <summary>Writes an event of a call, in the run of that call unless it says its own.</summary>
    public PayloadWriter WriteOf(ToolCall? call, string type) => Output.Write(type, IsScopeSaid ? Run : call?.RunId ?? Run);

    /// <summary>Ends one of several events.</summary>
    public void Add(PayloadWriter payload)
    {
        payload.Text("agent", Agent);
        Output.Add();
    }

    /// <summary>Ends the event that holds the members that are left.</summary>
    public void AddWithRemaining(PayloadWriter payload, NativeBody? part = null)
    {
        payload.Text("agent", Agent);
        Remaining(payload, part);
        Output.Add();
    }

    /// <summary>Adds an event without a canonical meaning under its name; an event of the SDK under the name that newer versions use.</summary>
    public void AddUnknown()
    {
        var payload = Write("custom_event").Text("name", YaAgentNames.CustomName(Native.Type, IsSdk)).Json("value", Body.Json).Text("correlation_id", CorrelationId);
        if (_envelope is not null) payload.Remaining(_envelope);
        Output.Add();
    }

    /// <summary>Takes an object out of the body; null when it is none, or its member names aren't plain and distinct.</summary>
    public NativeBody? TakePart(string member)
    {
        if (Body.Find(member) is not { ValueKind: JsonValueKind.Object } json || !NativeBody.IsPlain(json)) return null;
        Body.Drop(member);
        return new NativeBody(json);
    }

    /// <summary>Whether a member is left that no canonical member holds.</summary>
    public bool HasRemaining(NativeBody part) =>
        Body.Remaining().Concat(part.Remaining()).Concat(_envelope?.Remaining() ?? []).Any(member => member.Value.ValueKind != JsonValueKind.Null && member.Name is not ("agent_name" or "part_kind" or "index"));

    /// <summary>The message or thought that its agent began last in its run and that is open.</summary>
    public OpenMessage? LastOpen(bool isThought) => State.OpenMessages.LastOrDefault(open => open.IsThought == isThought && IsOwn(open));

    public ToolCall? LastOpenCall() => State.OpenToolCalls.LastOrDefault(call => call.Agent == Agent && call.RunId == Run);

    /// <summary>The call that something in between is about: that of its id, else the last open one; null when there is neither.</summary>
    public ToolCallId? CallOf(NativeBody call) =>
        call.TakeToolCallId() is { } given ? Output.CallOf(given, Scope, Agent) : LastOpenCall() is { } open ? ToolCallIds.Of(open) : null;

    public bool IsOwn(OpenMessage open) => open.Agent == Agent && open.RunId == Run;

    private void Remaining(PayloadWriter payload, NativeBody? part)
    {
        payload.Text("correlation_id", CorrelationId);
        if (part is not null) payload.Remaining(part);
        payload.Remaining(Body);
        if (_envelope is not null) payload.Remaining(_envelope);
    }

    // The payload needn't repeat the canonical envelope.
    private void DropCarried(NativeBody body)
    {
        Drop(Native.SessionId, "session_id", "sessionId");
        Drop(Run, "run_id", "runId");
        Drop(Native.AgentId, "agent_id", "agentId");
        Drop(Native.EventId ?? CorrelationId, "event_id");
        Drop(Native.Type, "event_type", "eventType", "type", "class", "event_class", "event_kind", "event");
        if (_frame.IsCustom && body == _envelope) Drop(Native.Type, "name");
        if (!IsSdk && Agent is not null && body == Body) Drop(Agent, "agent_id");
        if (Native.Timestamp is { } time && JsonText.Member(body.Json, "timestamp") is { } native && NativeTime.Read(native) == time) body.Drop("timestamp");

        void Drop(string? said, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (said is not null && JsonText.FirstScalar(body.Json, name) == said) body.Drop(name);
            }
        }
    }

    private static bool SaysRun(JsonElement json) => JsonText.FirstScalar(json, "run_id", "runId") is not null;
}
