using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>What each canonical event changes.</summary>
internal sealed partial record SessionState
{
    private SessionState Fold(Event next, JsonElement json)
    {
        var payload = new PayloadMembers(json);
        return next.Type switch
        {
            "agent_message_start" => StartMessage(next, payload),
            "agent_message_delta" => AppendText(next, payload, isThought: false),
            "agent_thought_delta" => AppendText(next, payload, isThought: true),
            "agent_message_end" => EndMessage(next, payload, isThought: false),
            "agent_thought" => EndMessage(next, payload, isThought: true),
            "message_created" => payload.Id("message_id") is { } message ? TrackMessage(next, message, payload) : this,
            "message_updated" => ReplaceText(next, payload),
            "tool_call_started" => StartTool(next, payload),
            "tool_call_updated" => UpdateTool(payload),
            "tool_call_delta" or "tool_call_args_delta" => MentionTool(next, payload),
            "tool_call_args_end" => EndArgs(next, payload),
            "tool_call_result" => EndTool(next, payload),
            "tool_approval_requested" => Ask(next, payload),
            "tool_approval_answered" => Answer(next, payload),
            "agent_status" => ChangeStatus(next, payload),
            "agent_step_started" => BeginStep(next, $"{payload.Whole("step_number")}").ChangeExecution(next, execution => execution with { Step = payload.Whole("step_number") }),
            "agent_step_completed" => EndStep(next, $"{payload.Whole("step_number")}").NoteStep(next, $"{payload.Whole("step_number")}", payload)
                .ChangeExecution(next, execution => execution with { Step = null, LastStep = payload.Whole("step_number") ?? execution.LastStep }),
            "workflow_step_started" => BeginStep(next, payload.Id("step_id")),
            "workflow_step_completed" => EndStep(next, payload.Id("step_id")),
            "agent_step_updated" => TrackStep($"{next.RunId}/{payload.Id("step_id")}", payload).NoteStep(next, payload.Id("step_id"), payload),
            "workflow_node_state_updated" => Track("node", $"{next.RunId}/{payload.Id("node_id")}", payload).NoteStep(next, payload.Id("node_id"), payload),
            "state_snapshot" => TellState(payload),
            "state_delta" => ChangeState(payload),
            "session_ended" or "session_deleted" => CloseAll(),
            _ when next.Type.StartsWith("run_", StringComparison.Ordinal) && next.RunId is { } run => ChangeRun(next, run, payload),
            _ when next.Type.StartsWith("ingest_job_", StringComparison.Ordinal) => Track("ingest_job", payload.Id("job_id"), payload),
            _ when next.Type.StartsWith("workflow_run_", StringComparison.Ordinal) => Track("workflow_run", payload.Id("run_id"), payload),
            _ => this,
        };
    }

    private SessionState StartMessage(Event next, PayloadMembers payload)
    {
        if (payload.Id("message_id") is not { } id) return this;
        // The start came after the end, or after the first piece.
        if (Ended(id, isThought: false) is { AwaitsStart: true } ended) return this with { _ended = _ended.Set(EndedKey(id, isThought: false), ended with { AwaitsStart = false }) };
        if (Message(id) is { IsStarted: false } open && (open.Scope is null || ScopeOf(next) is not { } scope || open.Scope == scope))
            return this with { _messages = _messages.SetItem(open.Key, open with { IsStarted = true, Agent = payload.Text("agent") ?? open.Agent }) };
        return Begin(next, payload, isThought: false, isStarted: true);
    }

    private SessionState Begin(Event next, PayloadMembers payload, bool isThought, bool isStarted = false)
    {
        if (payload.Id("message_id") is not { } id) return this;
        var message = new OpenMessage
        {
            Id = id,
            SourceId = payload.Id("source_message_id"),
            Number = _messagesStarted,
            IsThought = isThought,
            IsStarted = isStarted,
            Agent = payload.Text("agent") ?? next.AgentId,
            RunId = next.RunId,
            ExecutionId = next.ExecutionId,
            ProjectId = next.ProjectId,
        };
        var messages = _messages.Count < MaxOpenMessages || _messages.ContainsKey(message.Key) ? _messages : _messages.Remove(OpenMessages.First().Key);
        var ended = TakesPieces(id) && !isThought ? _ended.Set(EndedKey(id, isThought), Ended(id, isThought)!.Value with { AwaitsStart = false, TakesPieces = false }) : _ended;
        return (this with { _messages = messages.SetItem(message.Key, message), _messagesStarted = _messagesStarted + 1, _ended = ended }).Alias(isThought ? "thought" : "message", message.SourceId, id, ScopeOf(next), message.Agent);
    }

    private SessionState AppendText(Event next, PayloadMembers payload, bool isThought)
    {
        if (payload.Id("message_id") is not { } id || payload.Element("delta") is not { } delta || !JsonText.TryWtf8(delta, out var text)) return this;
        // What comes after the end of its message doesn't open it again.
        if (!isThought && TakesPieces(id)) return this;
        var state = _messages.ContainsKey((id, isThought)) ? this : Begin(next, payload, isThought);
        var open = state._messages[(id, isThought)];
        return state with { _messages = state._messages.SetItem((id, isThought), Appended(payload.IsTrue("replace") ? Emptied(open) : open, text)) };
    }

    private SessionState EndMessage(Event next, PayloadMembers payload, bool isThought)
    {
        if (payload.Id("message_id") is not { } id) return this;
        var said = payload.Element("content") is { } content && JsonText.TryWtf8(content, out var text) ? DigestOf(text) : 0;
        var open = _messages.GetValueOrDefault((id, isThought));
        var known = open is null ? Ended(id, isThought) : null;
        var isFirst = open is null && known is null && !isThought;
        var ended = new EndedMessage(said, open?.Scope ?? ScopeOf(next) ?? known?.Scope, open?.Agent ?? known?.Agent ?? payload.Text("agent") ?? next.AgentId, known?.AwaitsStart ?? isFirst, known?.TakesPieces ?? isFirst || open is { IsStarted: true });
        return (this with { _messages = _messages.Remove((id, isThought)), _ended = _ended.Set(EndedKey(id, isThought), ended) })
            .ChangeExecution(next, execution => isThought ? execution : execution with { LastMessage = id })
            .Alias(isThought ? "thought" : "message", payload.Id("source_message_id"), id, ScopeOf(next), ended.Agent);
    }

    private static OpenMessage Appended(OpenMessage message, ReadOnlySpan<byte> text) =>
        message.IsCut || message.Text.Length + text.Length > MaxTextBytes ? message with { IsCut = true } : message with { Text = message.Text.Append(text) };

    private SessionState ReplaceText(Event next, PayloadMembers payload)
    {
        if (payload.Id("message_id") is not { } id) return this;
        if (!payload.IsTrue("replace") || (Message(id) ?? Thought(id)) is not { } open || payload.Element("content") is not { } content || !JsonText.TryWtf8(content, out var text))
            return ReplaceEndedText(next, id, payload);
        return this with { _messages = _messages.SetItem(open.Key, Appended(Emptied(open), text)) };
    }

    // A later update of an ended message replaces its text.
    private SessionState ReplaceEndedText(Event next, string id, PayloadMembers payload)
    {
        var state = TrackMessage(next, id, payload);
        return Ended(id, isThought: false) is { } ended && payload.Element("content") is { } content && JsonText.TryWtf8(content, out var text)
            ? state with { _ended = state._ended.Set(EndedKey(id, isThought: false), ended with { Digest = DigestOf(text) }) } : state;
    }

    private SessionState TrackMessage(Event next, string id, PayloadMembers payload)
    {
        var state = Track("message", id, payload).Alias("message", payload.Id("source_message_id"), id, ScopeOf(next));
        if (ScopeOf(next) is { } scope) state = state with { _entities = state._entities.Set(CreatedKey(id), DigestOf(scope)) };
        return payload.Element("content") is { } content && JsonText.TryWtf8(content, out var text)
            ? state with { _entities = state._entities.Set(MessageKey(payload.Id("source_message_id") ?? id, next.RunId, text), 0).Set(EntityKey("message", id), DigestOf(text)) } : state;
    }

    private static OpenMessage Emptied(OpenMessage message) => message with { Text = default, IsCut = false };

    private SessionState StartTool(Event next, PayloadMembers payload)
    {
        if (payload.Id("tool_call_id") is not { } id) return this;
        var args = ArgsOf(payload);
        // Its result came before, or it is told again: it stays ended.
        if (ToolCall(id) is { HasResult: true } ended && ended.IsStartedBy(args ?? ToolValue.None, ScopeOf(next)) && ended.MayBeNamed(payload.Text("tool_name") ?? ""))
            return this with { _toolCalls = _toolCalls.Set(id, ended with { IsStarted = true, StartedAs = ended.StartedAs ?? next.SourceType, Args = args ?? ended.Args, Name = payload.Text("tool_name") ?? ended.Name }) };
        return NewToolCall(next, payload, id, args ?? ToolValue.None, isStarted: true);
    }

    private SessionState NewToolCall(Event next, PayloadMembers payload, string id, ToolValue? args, bool isStarted)
    {
        var open = _toolCalls.TryGet(id, out var known) ? _openToolCalls.Remove(known.Number) : _openToolCalls;
        while (open.Count >= MaxOpenToolCalls) open = open.Remove(open.Keys.First());
        var sourceId = payload.Id("source_tool_call_id");
        return (this with
        {
            _toolCalls = _toolCalls.Set(id, new ToolCall
            {
                Id = id,
                SourceId = sourceId,
                Number = _toolCallsStarted,
                Name = payload.Text("tool_name") ?? "",
                Args = args,
                IsStarted = isStarted,
                Part = payload.Text("source_part"),
                IsProviders = payload.IsTrue("provider_executed"),
                StartedAs = isStarted ? next.SourceType : null,
                Agent = payload.Text("agent") ?? next.AgentId,
                RunId = next.RunId,
                ExecutionId = next.ExecutionId,
                ProjectId = next.ProjectId,
            }),
            _openToolCalls = open.Add(_toolCallsStarted, id),
            _toolCallsStarted = _toolCallsStarted + 1,
        }).Alias("call", sourceId, id, ScopeOf(next));
    }

    // Pieces of a call's arguments and progress may come before its start.
    private SessionState MentionTool(Event next, PayloadMembers payload) =>
        payload.Id("tool_call_id") is { } id && ToolCall(id) is null ? NewToolCall(next, payload, id, args: null, isStarted: false) : this;

    private SessionState EndArgs(Event next, PayloadMembers payload)
    {
        var state = MentionTool(next, payload);
        return payload.Id("tool_call_id") is { } id && state.ToolCall(id) is { } call ? state with { _toolCalls = state._toolCalls.Set(id, call with { HasAllArgs = true }) } : state;
    }

    private SessionState UpdateTool(PayloadMembers payload) => payload.Id("tool_call_id") is { } id && ToolCall(id) is { } call
        ? this with { _toolCalls = _toolCalls.Set(id, call with { Args = ArgsOf(payload) ?? call.Args, Name = payload.Text("tool_name") ?? call.Name }) } : this;

    private SessionState EndTool(Event next, PayloadMembers payload)
    {
        if (payload.Id("tool_call_id") is not { } id) return this;
        var isKnown = ToolCall(id) is { } known && (!known.HasResult || known.MayBeIn(ScopeOf(next)));
        // After the end of its run only the result of a call that this end cancelled counts.
        if (next.RunId is { } run && Run(run) is { IsEnded: true } && (!isKnown || !ToolCall(id)!.IsCancelled)) return this;
        var state = isKnown ? this : NewToolCall(next, payload, id, ArgsOf(payload), isStarted: false);
        var call = state.ToolCall(id)!;
        var ended = call with
        {
            Outcome = ToolValue.Outcome(payload.Element("result"), payload.Element("error") is { ValueKind: not JsonValueKind.Null }),
            IsCancelled = payload.Text("error") == "cancelled" && payload.Element("result") is not { ValueKind: not JsonValueKind.Null },
            Args = ArgsOf(payload) ?? call.Args,
            EndedEarlyAt = call.IsStarted ? null : next.Timestamp,
        };
        // The same result once more is no other failure.
        var isFailure = (!call.HasResult || call.IsCancelled) && !ended.IsCancelled && HasFailed(payload);
        return state with { _toolCalls = state._toolCalls.Set(id, ended), _openToolCalls = state._openToolCalls.Remove(call.Number), Errors = state.Errors + (isFailure ? 1 : 0) };
    }

    // Arguments that are no object stand in args_raw.
    private static ToolValue? ArgsOf(PayloadMembers payload) => (payload.Element("args_raw") ?? payload.Element("args")) is { } args ? ToolValue.Of(args) : null;

    private SessionState Alias(string kind, string? sourceId, string id, string? scope, string? agent = null)
    {
        if (sourceId is null) return this;
        var aliases = _aliases.Set(AliasKey(kind, sourceId, scope: null), id);
        if (AgentNames.Named(agent) is { } named) aliases = aliases.Set(AliasKey(kind, sourceId, scope, named), id);
        return this with { _aliases = scope is null ? aliases : aliases.Set(AliasKey(kind, sourceId, scope), id) };
    }

    private static string? ScopeOf(Event next) => next.RunId ?? next.ExecutionId;

    private SessionState ChangeStatus(Event next, PayloadMembers payload)
    {
        var status = payload.Text("status") ?? "";
        return (this with { AgentStatus = status }).ChangeExecution(next, execution => execution with
        {
            Status = status,
            StopReason = payload.Text("stop_reason", ExecutionState.MaxTextLength) ?? execution.StopReason,
            Error = payload.Text("error_message", ExecutionState.MaxTextLength) ?? execution.Error,
        });
    }

    private SessionState BeginStep(Event next, string? id)
    {
        if (id is null) return this;
        var steps = _steps.Count < MaxOpenSteps ? _steps : _steps.Remove(OpenSteps.First());
        return this with { _steps = steps.SetItem(StepKey(next, id), _stepsStarted), _stepsStarted = _stepsStarted + 1 };
    }

    private SessionState EndStep(Event next, string? id) => id is null ? this : this with { _steps = _steps.Remove(StepKey(next, id)) };

    private static string StepKey(Event next, string id) => $"{next.ExecutionId ?? next.RunId}/{id}";

    private SessionState ChangeExecution(Event next, Func<ExecutionState, ExecutionState> change) => next.ExecutionId is { } id ? ChangeExecution(id, change) : this;

    private SessionState ChangeExecution(string id, Func<ExecutionState, ExecutionState> change)
    {
        var isNew = !_executions.TryGet(id, out var known);
        var execution = isNew ? new ExecutionState { Number = _executionsStarted } : known!;
        return this with { _executions = _executions.Set(id, change(execution)), _executionsStarted = isNew ? _executionsStarted + 1 : _executionsStarted };
    }

    private SessionState ChangeRun(Event next, string run, PayloadMembers payload)
    {
        var known = Run(run);
        // What somebody asks of a run says nothing of the state that it is in, nor that there is one.
        var asks = EventCatalogue.IsCommand(next.Type) && EventCatalogue.RoleOf(next.Type) != EventRole.RequestsRun;
        if (asks && known is null) return this;
        var type = EventCatalogue.IsCommand(next.Type) && known is not null ? known.Value.LastType : next.Type;
        var changed = new RunState(type, known?.Agent ?? payload.Text("agent") ?? next.AgentId, known?.Number ?? _runsStarted, ResponseState.After(known?.Response, next, payload, _toolCallsStarted))
        {
            ProjectId = known?.ProjectId ?? next.ProjectId,
            ParentRunId = known?.ParentRunId ?? payload.Id("parent_run_id"),
            ParentToolCallId = known?.ParentToolCallId ?? payload.Id("parent_tool_call_id"),
            ThreadId = known?.ThreadId ?? payload.Id("thread_id"),
            BeganAt = known?.BeganAt ?? next.Timestamp,
            EndedAt = EventCatalogue.RoleOf(type) == EventRole.EndsRun ? next.Timestamp : null,
            ErrorType = type == "run_failed" ? payload.Text("error_type", MaxIdLength) : null,
            HasErred = next.Type == "run_error" || known?.HasErred == true,
        };
        // Notices, such as run_error, say nothing of the state that the run is in.
        var tracked = payload.Text("status") is null && next.Type != "run_created" ? this : Track("run", run, payload);
        var isError = IsError(next, changed);
        var state = tracked with { _runs = _runs.Set(run, changed), _runsStarted = known is null ? _runsStarted + 1 : _runsStarted, Errors = Errors + (isError ? 1 : 0) };
        if (next.Type == "run_error") return state.ChangeExecution(next, execution => execution with { Error = payload.Text("message", ExecutionState.MaxTextLength) ?? execution.Error });
        if (EventCatalogue.RoleOf(next.Type) != EventRole.EndsRun) return state;
        return state.Close(run).ChangeExecution(next, execution => execution with { Status = next.Type["run_".Length..] });
    }

    private SessionState TrackStep(string stepId, PayloadMembers payload)
    {
        var state = Track("agent_step", stepId, payload);
        var entities = state._entities.Set(StepStateKey(stepId, EntityDigest(payload.Text("status"), payload.Element("progress"))), 0);
        if (payload.Text("status") is "completed" or "failed" or "cancelled" or "skipped") entities = entities.Set(EntityKey("step_end", stepId), 0);
        return state with { _entities = entities };
    }

    private SessionState Track(string family, string? id, PayloadMembers payload)
    {
        if (id is null) return this;
        return this with { _entities = _entities.Set(EntityKey(family, id), EntityDigest(payload.Text("status"), payload.Element("progress"))) };
    }

    private SessionState Close(string run) => this with
    {
        _messages = _messages.RemoveRange(_messages.Values.Where(message => message.RunId == run).Select(message => message.Key)),
        _openToolCalls = _openToolCalls.RemoveRange(OpenToolCalls.Where(call => call.RunId == run).Select(call => call.Number)),
        _steps = _steps.RemoveRange(_steps.Keys.Where(step => step.StartsWith($"{run}/", StringComparison.Ordinal))),
    };

    private SessionState CloseAll() => this with { _messages = _messages.Clear(), _openToolCalls = _openToolCalls.Clear(), _steps = _steps.Clear() };
}
