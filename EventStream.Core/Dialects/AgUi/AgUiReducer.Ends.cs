using System.Text;
using System.Text.Json;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>How runs begin, wait and end.</summary>
internal sealed partial class AgUiReducer
{
    // The questions that wait for an answer, by their run.
    private readonly OrderedDictionary<string, (string Run, string? Call, string? Reason)> _questions = new(StringComparer.Ordinal);

    // The runs that wait for other input, with the interrupts that they named themselves.
    private readonly OrderedDictionary<string, JsonElement?> _inputs = new(StringComparer.Ordinal);

    private void StartRun()
    {
        // A run that is told again, or waited for an answer, goes on.
        TryOwner(isContent: true, out _);
    }

    private void EndRun()
    {
        if (_event.RunId is not { } run || !TryOwner(isContent: true, out var owner)) return;
        Drop(run);
        foreach (var question in _questions.Where(question => question.Value.Run == run).ToList()) _questions.Remove(question.Key);
        if (owner is not null)
        {
            EndSubagent(owner);
            return;
        }
        switch (_event.Type)
        {
            case "run_failed":
                Fail(_event.Text("error") ?? "The run failed.", _event.Text("error_type"), Usage);
                break;
            case "run_cancelled":
                // The outcome that says so is fatal to clients before 1.0, and a stream for all doesn't know its readers.
                if (client is { KnowsCancelled: true }) Finish(json => Usage(json.Raw("outcome", "{\"type\":\"cancelled\"}"u8)));
                else Finish(json => Usage(json.Raw("result", "{\"cancelled\":true}"u8)));
                break;
            default:
                Finish(json => Usage(json.Json("result", _event.Json("output")).Raw("outcome", "{\"type\":\"success\"}"u8)));
                break;
        }
    }

    private void EndSubagent(string run)
    {
        if (_event.Type == "run_completed")
        {
            FinishSubagent(run, json => json.Json("result", _event.Json("output")).Raw("outcome", "{\"type\":\"success\"}"u8));
            return;
        }
        foreach (var (child, isOpen) in _told!.Subagents.ToList()) if (isOpen && child != run && Ancestors(child).Contains(run)) FinishSubagent(child, json => json);
        CloseAll(run);
        _told.Subagents[run] = false;
        var (message, code) = _event.Type == "run_cancelled" ? (_event.Text("termination_reason") ?? "The run was cancelled.", "cancelled") : (_event.Text("error") ?? "The run failed.", _event.Text("error_type"));
        _writer.Event("SUBAGENT_ERROR", run, json => json.Text("message", message).Text("code", code));
    }

    /// <summary>The run waits for a person: to a client it has ended, and goes on as a run of the same id.</summary>
    private void AwaitInput()
    {
        var isQuestion = _event.Type == "tool_approval_requested";
        if (_event.RunId is not { } run) return;
        if (!isQuestion) NoteInput(run);
        if (!TryOwner(isContent: isQuestion, out var owner)) return;
        if (_told.Id != (owner is null ? run : _told.Id))
        {
            _writer.Custom(_event, owner);
            return;
        }
        if (isQuestion && _questions.Count == SessionState.MaxApprovals) _questions.RemoveAt(0);
        if (isQuestion) _questions[_event.Id("approval_id") ?? _event.EventId!] = (run, _event.Id("tool_call_id"), _event.Text("reason"));
        // The end of a run of AG-UI names its interrupts itself; the questions among them come before it.
        if (!(IsNative && isQuestion)) Interrupt(Interrupts(_told.Id)!);
    }

    private void NoteInput(string run)
    {
        if (_inputs.Count == SessionState.MaxRuns) _inputs.RemoveAt(0);
        _inputs[run] = IsNative && _event.Json("interrupts") is { ValueKind: JsonValueKind.Array } named && named.GetArrayLength() > 0 ? named : null;
    }

    /// <summary>Ends the run with what it waits for.</summary>
    private void Interrupt(string interrupts)
    {
        var outcome = Encoding.UTF8.GetBytes($"{{\"type\":\"interrupt\",\"interrupts\":{interrupts}}}");
        Finish(json => json.Raw("outcome", outcome), json => json.Raw("outcome", "{\"type\":\"suspended\"}"u8));
    }

    /// <summary>What a run and its subagents wait for, as a JSON array; null when they don't.</summary>
    public string? Interrupts(string run)
    {
        var inputs = _inputs.Where(input => IsPartOf(input.Key, run)).ToList();
        if (inputs.Find(input => input.Value is not null).Value is { } named) return named.GetRawText();
        List<string> waiting = [.. _questions.Where(question => IsPartOf(question.Value.Run, run)).Select(question => Interrupt(question.Key, "tool_approval", question.Value.Call, question.Value.Reason, question.Value.Run, run))];
        // It is named after its run, to which nothing else answers.
        if (waiting.Count == 0) waiting.AddRange(inputs.Select(input => Interrupt(input.Key, "input_required", null, null, input.Key, run)));
        return waiting.Count == 0 ? null : $"[{string.Join(',', waiting)}]";
    }

    private string Interrupt(string id, string reason, string? call, string? message, string run, string told)
    {
        var callId = call is null ? null : _history.Find(AgUiKind.Call, call)?.Id;
        return $"{new PayloadWriter().BeginNative().Text("id", id).Text("reason", reason).Text("message", message).Text("toolCallId", callId).Text("subagentRunId", run == told ? null : run).Finish()}";
    }

    private void TakeAnswer()
    {
        if (_event.Id("approval_id") is { } question) _questions.Remove(question);
        TellOther();
    }

    private void EndSession()
    {
        var isDeleted = _event.Type == "session_deleted";
        if (_told is { } told)
        {
            Drop(told.Id);
            foreach (var subagent in told.Subagents.Keys) Drop(subagent);
            if (isDeleted) Fail("The session was deleted.", "session_deleted");
            else Finish(json => json);
        }
        _questions.Clear();
        _inputs.Clear();
        if (!isDeleted) return;
        _history.Clear();
        _last = null;
    }

    private PayloadWriter Usage(PayloadWriter json) => _event.Json("usage") is { } usage && AgUiUsage.ToJson(usage) is { } told ? json.Raw("usage", told) : json;
}
