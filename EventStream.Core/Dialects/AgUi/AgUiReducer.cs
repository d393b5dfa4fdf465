using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Dialects.AgUi;

/// <summary>Tells a session's events in AG-UI: one run at a time, each begun and ended, with all that is open inside it.</summary>
/// <remarks>
/// What a publisher does against the rules, such as ending what never began, is mended or left out, and counted. Nothing outside of a run is told, since a
/// client refuses it: an event without a run belongs to the run that is told, or begins one of its own when it holds something of the conversation.
/// </remarks>
/// <param name="client">Who is told one run alone; null for all who are told every run.</param>
internal sealed partial class AgUiReducer(AgUiClient? client = null) : IDialect
{
    private readonly AgUiHistory _history = new();
    private readonly AgUiWriter _writer = new();
    private readonly long _postedBytes = client?.Posted.Sum(message => (long)message.Json.Length) ?? 0;
    private StoredEvent _event = null!;

    /// <summary>The conversation as it stands.</summary>
    public AgUiHistory History => _history;

    public string Name => AgUiDialect.Named;

    public DialectKind Kind => client is null ? DialectKind.Folded : DialectKind.FoldedPerConnection;

    public bool IsCutShort => true;

    public bool IsBusy => client is null ? _told is not null : !IsOver;

    public bool IsOver { get; private set; }

    public long HeldBytes => _postedBytes + _history.Bytes + _runs.Bytes + (_shared?.Bytes ?? 0) + (_told?.Bytes ?? 0) + sizeof(char) * _questions.Sum(question => (long)question.Key.Length + (question.Value.Reason?.Length ?? 0)) + _inputs.Values.Sum(named => named is { } told ? (long)JsonMarshal.GetRawUtf8Value(told).Length : 0);

    public IDialect Begin() => new AgUiReducer(client);

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        if (EventCatalogue.RoleOf(next.Type) == EventRole.Control || StoredEvent.Read(next.Envelope.Span) is not { } stored) return;
        _event = stored;
        _writer.WriteTo(output, stored.Timestamp);
        Note(stored);
        // What a run says next says that it waits no more.
        if (stored.RunId is { } run && stored.Type is not ("run_awaiting_input" or "tool_approval_requested")) _inputs.Remove(run);
        Tell(stored);
        if (client is not null) Place(next, output, isOpening: false);
    }

    private void Tell(StoredEvent stored)
    {
        switch (stored.Type)
        {
            case "agent_message_start": StartText(); break;
            case "agent_message_delta": AppendText(); break;
            case "agent_message_end": EndText(); break;
            case "message_created" or "message_updated": TellMessage(); break;
            case "agent_thought_delta": AppendThought(); break;
            case "agent_thought": EndThought(); break;
            case "tool_call_started": StartCall(); break;
            case "tool_call_updated": UpdateCall(); break;
            case "tool_call_args_delta": AppendArgs(); break;
            case "tool_call_args_end": EndArgs(); break;
            case "tool_call_result": TellResult(); break;
            case "agent_step_started": BeginStep($"step-{Number("step_number")}"); break;
            case "agent_step_completed": EndStep($"step-{Number("step_number")}"); break;
            case "workflow_step_started": BeginStep(_event.Text("step_id")); break;
            case "workflow_step_completed": EndStep(_event.Text("step_id")); break;
            case "workflow_node_state_updated": TellNode(); break;
            case "run_started": StartRun(); break;
            case "run_completed" or "run_failed" or "run_cancelled": EndRun(); break;
            case "run_awaiting_input" or "tool_approval_requested": AwaitInput(); break;
            case "tool_approval_answered": TakeAnswer(); break;
            case "agent_status": TellStatus(); break;
            case "state_snapshot" or "state_delta": TellState(); break;
            case "session_ended" or "session_deleted": EndSession(); break;
            default: TellOther(); break;
        }
    }

    // A client that missed events is cut off, and comes back to be told where things stand.
    public void WriteGap(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public void WriteClosing(in DialectEvent next, List<DialectMessage> output)
    {
        if (client is null || IsOver || StoredEvent.Read(next.Envelope.Span) is not { } closing) return;
        // Elsewhere it would be told the same; any other end is a cut, after which the client comes back.
        var reason = JsonText.MemberText(closing.Payload, "reason");
        if (reason is not ("auth_expired" or "auth_revoked")) return;
        _writer.WriteTo(output, timestamp: null);
        _writer.Event("RUN_ERROR", null, json => json.Text("message", "What this client showed of who it is allows no more of the stream.").Text("code", reason));
        IsOver = true;
    }

    private string? Number(string name) => _event.Json(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null;

    private void TellOther()
    {
        if (TryOwner(isContent: false, out var owner) && !TellNative(owner)) _writer.Custom(_event, owner);
    }

    private static void Repair() => DialectMetrics.Repaired(AgUiDialect.Named);
}
