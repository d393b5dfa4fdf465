using System.Text.Json;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>Tells the events of runs as chunks of one message each, from <c>start</c> to <c>finish</c>.</summary>
/// <remarks>
/// The chunks of a run follow from its events alone, so their numbers are the same for all who read them, whenever they join: a client that comes is told all
/// of them again. What a publisher does against the rules is mended or left out, and counted.
/// </remarks>
internal sealed partial class AiSdkReducer(AiSdkDialect dialect, bool asksInParts) : IDialect
{
    private readonly OrderedDictionary<string, AiSdkRun> _runs = new(StringComparer.Ordinal);
    private readonly AiSdkWriter _writer = new();
    private RecentIds _over;
    private AiSdkRun _run = null!;
    private StoredEvent _event = null!;

    public string Name => dialect.Name;

    public DialectKind Kind => DialectKind.Folded;

    public bool IsCutShort => true;

    public bool IsBusy => _runs.Count > 0;

    public long HeldBytes => _over.Bytes + _runs.Values.Sum(run => run.Bytes);

    public IDialect Begin() => dialect.Begin();

    public bool IsOfOneRun => true;

    public bool IsPausedBy(string type) => dialect.IsPausedBy(type);

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        if (EventCatalogue.RoleOf(next.Type) == EventRole.Control || StoredEvent.Read(next.Envelope.Span) is not { } stored) return;
        if (stored.Type == "session_deleted") _runs.Clear();
        if (stored.RunId is not { } run || _over.Contains(run)) return;
        _event = stored;
        _writer.WriteTo(output);
        Take(run);
        if (EventCatalogue.RoleOf(stored.Type) == EventRole.EndsRun)
        {
            EndRun();
            return;
        }
        var told = _writer.Count;
        Tell();
        if (_writer.Count > told) _run.IsPaused = IsPausedBy(stored.Type);
    }

    // Each client is told the run from its first chunk on, so there is nothing to say before.
    public void WriteOpening(in DialectEvent next, List<DialectMessage> output)
    {
    }

    // A client that missed events is cut off, and comes back to be told the run again.
    public void WriteGap(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public void WriteClosing(in DialectEvent next, List<DialectMessage> output)
    {
        var reason = StoredEvent.Read(next.Envelope.Span) is { } closing ? JsonText.MemberText(closing.Payload, "reason") : null;
        if (reason is not ("session_deleted" or "auth_expired" or "auth_revoked")) return;
        _writer.WriteTo(output);
        Fail(reason == "session_deleted" ? "The session was deleted." : "The access to this run has ended.");
    }

    private void Tell()
    {
        switch (_event.Type)
        {
            case "agent_message_start": StartText(); break;
            case "agent_message_delta": Append(_event.Id("message_id"), isThought: false); break;
            case "agent_message_end": EndText(); break;
            case "message_created" or "message_updated": TellMessage(); break;
            case "agent_thought_delta": Append(_event.Id("message_id") ?? (_run.UnnamedThought ??= _event.EventId), isThought: true); break;
            case "agent_thought": EndThought(); break;
            case "tool_call_started": StartCall(); break;
            case "tool_call_updated": UpdateCall(); break;
            case "tool_call_args_delta": AppendArgs(); break;
            case "tool_call_args_end": EndArgs(); break;
            case "tool_call_result": TellResult(); break;
            case "tool_approval_requested": Ask(); break;
            case "tool_approval_answered": TakeAnswer(); break;
            case "run_awaiting_input": Pause(); break;
            case "agent_step_started": BeginStep(); break;
            case "agent_step_completed": EndStep(); break;
            case "tool_call_delta": _writer.Data("tool-progress", _event.Payload, isTransient: true); break;
            // The start says so.
            case "run_requested" or "run_created" or "run_started": break;
            default: TellOther(); break;
        }
    }

    /// <summary>Finds the run of the event; its message begins with its first event.</summary>
    private void Take(string run)
    {
        if (_runs.TryGetValue(run, out var known))
        {
            _run = known;
            return;
        }
        if (_runs.Count == SessionState.MaxRuns) _runs.RemoveAt(0);
        _runs.Add(run, _run = new AiSdkRun(run));
        _writer.Chunk("start", json => json.Text("messageId", run));
    }

    private void TellOther()
    {
        var (name, value) = (_event.Type, _event.Payload);
        if (name == "custom_event" && _event.Text("name") is { Length: > 0 } own && JsonText.Member(value, "value") is { } said) _writer.Data(own, said);
        else TellData(name, value);
    }

    private void TellData(string type, JsonElement value)
    {
        // What is a state takes the place of the one before; what is many would fill the message.
        var isState = type is "agent_status" or "metrics_update";
        var isTransient = type is "log_created" or "trace_created" or "trace_updated" or "run_interrupt_requested" or "run_steered";
        _writer.Data(type.Replace('_', '-'), value, isState ? type : null, isTransient);
    }

    private void Repair() => DialectMetrics.Repaired(dialect.Name);
}
