using System.Text.Json;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>Steps, questions, and how runs end.</summary>
internal sealed partial class AiSdkReducer
{
    private string StepKey => $"{_event.ExecutionId}/{_event.Json("step_number")?.GetRawText()}";

    private void BeginStep()
    {
        if (_run.OpenSteps.Count == SessionState.MaxOpenSteps || !_run.OpenSteps.Add(StepKey))
        {
            Repair();
            return;
        }
        // Clients before version 7 forget the open texts at a step's end, and all look for the input of a call in the newest step alone.
        CloseTexts();
        CloseCalls();
        _run.Steps++;
        _writer.Chunk("start-step", json => json);
    }

    private void EndStep()
    {
        if (!_run.OpenSteps.Remove(StepKey))
        {
            Repair();
            return;
        }
        CloseTexts();
        CloseCalls();
        _writer.Chunk("finish-step", json => json);
    }

    private void Ask()
    {
        if (_event.Id("approval_id") is not { } question || _event.Id("tool_call_id") is not { } id)
        {
            Repair();
            return;
        }
        if (_run.Questions.Count == SessionState.MaxApprovals) _run.Questions.RemoveAt(0);
        _run.Questions[question] = id;
        if (asksInParts)
        {
            var call = Known(id);
            // A client that was shown the result would ask all the same.
            if (!call.HasOutput) _writer.Chunk("tool-approval-request", json => json.Text("approvalId", question).Text("toolCallId", id).Text("reason", _event.Text("reason")));
        }
        else _writer.Data("tool-approval", _event.Payload, question);
        Pause();
    }

    private void TakeAnswer()
    {
        if (_event.Id("approval_id") is not { } question || !_run.Questions.Remove(question, out var id)) Repair();
        else if (!asksInParts) _writer.Data("tool-approval", _event.Payload, question);
        else if (_run.Calls.GetValueOrDefault(id) is not { HasOutput: false } call) return;
        else if (!_event.IsTrue("approved")) _writer.Chunk("tool-output-denied", json => json.Text("toolCallId", id));
        // Only version 7 has a chunk for the answer itself; this one takes the question away too.
        else if (call.Step == _run.Steps) Available(call, call.Input);
    }

    /// <summary>The run waits for a person: to a client its message is complete, and goes on with what it sends next.</summary>
    private void Pause()
    {
        if (_run.IsPaused && _event.Type == "run_awaiting_input") return;
        CloseAll();
        Finish("tool-calls");
    }

    private void EndRun()
    {
        if (_event.Type == "run_completed" && !_run.HasText && _event.Text("output") is { Length: > 0 } text) Say(Open("output", isThought: false), text);
        CloseAll();
        _runs.Remove(_run.Id);
        _over = _over.Add(_run.Id);
        switch (_event.Type)
        {
            case "run_failed":
                Fail(_event.Text("error") ?? "The run failed.");
                break;
            case "run_cancelled":
                _writer.Chunk("abort", json => json.Text("reason", _event.Text("termination_reason")));
                Finish("other");
                break;
            default:
                Finish(ReasonOf(_event.Text("stop_reason")), _event.Json("usage"));
                break;
        }
    }

    private static string ReasonOf(string? stopReason) => stopReason switch
    {
        "length" or "max_tokens" => "length",
        "content_filter" or "content-filter" or "refusal" => "content-filter",
        "tool_calls" or "tool-calls" or "tool_use" => "tool-calls",
        _ => "stop",
    };

    // A client that resumes by itself asks on until it is told of a finish, and reads nothing behind an error.
    private void Fail(string error)
    {
        _writer.Chunk("error", json => json.Text("errorText", error));
        Finish("error");
    }

    private void Finish(string reason, JsonElement? usage = null)
    {
        _writer.Chunk("finish", json => usage is { } used ? json.Text("finishReason", reason).Object("messageMetadata", new PayloadWriter().BeginNative().Tame("usage", used).Finish()) : json.Text("finishReason", reason));
        _writer.End();
    }

    private void CloseAll()
    {
        CloseTexts();
        CloseCalls();
        foreach (var _ in _run.OpenSteps) _writer.Chunk("finish-step", json => json);
        _run.OpenSteps.Clear();
    }
}
