using System.Diagnostics.CodeAnalysis;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>Which run is told, and what belongs to it.</summary>
internal sealed partial class AgUiReducer
{
    private const int MaxDepth = 64;

    private RecentMap<AgUiRunNote> _runs = new(SessionState.MaxRuns, note => note.Length);
    private AgUiRun? _told;
    private (AgUiRun Run, ReadOnlyMemory<byte> End)? _last;

    /// <summary>Keeps what an event says of its run.</summary>
    private void Note(StoredEvent stored)
    {
        if (stored.RunId is not { } run) return;
        if (run == client?.RunId) NoteStart(stored.Type);
        var known = NoteOf(run);
        var note = new AgUiRunNote(known.ParentId ?? _event.Id("parent_run_id"), known.ParentToolCallId ?? _event.Id("parent_tool_call_id"), known.Agent ?? stored.AgentId ?? _event.Text("agent"), known.IsOver);
        if (note != known || !_runs.Contains(run)) _runs = _runs.Set(run, note);
    }

    private AgUiRunNote NoteOf(string run) => _runs.TryGet(run, out var note) ? note : default;

    private void Drop(string run) => _runs = _runs.Set(run, NoteOf(run) with { IsOver = true });

    /// <summary>Whether the event is told, and for whom. It begins its run where none is told.</summary>
    /// <param name="isContent">Whether it holds something of the conversation; only that begins a run.</param>
    /// <param name="owner">The run of a subagent; null for the agent itself.</param>
    [MemberNotNullWhen(true, nameof(_told))]
    private bool TryOwner(bool isContent, out string? owner)
    {
        owner = null;
        if (_event.RunId is not { } run)
        {
            if (_told is null && !isContent) return false;
            _told ??= Begun($"implicit-{_event.EventId}", isImplicit: true);
            return true;
        }
        if (NoteOf(run).IsOver) return false;
        if (isContent && client?.RunId is { } wanted && _told?.Id != wanted && IsPartOf(run, wanted)) Begin(wanted);
        if (_told is { IsImplicit: true } && isContent) Finish(json => json);
        if (_told is null && !isContent) return false;
        _told ??= Begun(RootOf(run), isImplicit: false);
        if (run == _told.Id) return true;
        if (Ancestors(run).Contains(_told.Id))
        {
            owner = run;
            return TryStartSubagent(run);
        }
        // One run is told at a time.
        if (isContent && !_told.IsImplicit) Drop(run);
        return !isContent && _told.IsImplicit;
    }

    private IEnumerable<string> Ancestors(string run)
    {
        var parent = NoteOf(run).ParentId;
        for (var depth = 0; depth < MaxDepth && parent is not null; depth++, parent = NoteOf(parent).ParentId) yield return parent;
    }

    /// <summary>The farthest ancestor that is still to be told.</summary>
    private string RootOf(string run) => Ancestors(run).TakeWhile(id => _runs.Contains(id) && !NoteOf(id).IsOver).LastOrDefault(run);

    private bool TryStartSubagent(string run, int depth = 0)
    {
        if (_told!.Subagents.TryGetValue(run, out var isOpen)) return isOpen;
        // Nothing of one that is left out is told: a client takes an id once in a run.
        if (_told.Subagents.Count == SessionState.MaxRuns)
        {
            Repair();
            return false;
        }
        if (NoteOf(run).ParentId is { } parent && parent != _told.Id && depth < MaxDepth) TryStartSubagent(parent, depth + 1);
        _told.Subagents.Add(run, true);
        TellSubagentStarted(_told, run);
        return true;
    }

    private void TellSubagentStarted(AgUiRun told, string run)
    {
        var note = NoteOf(run);
        var parent = note.ParentId is { } id && told.Subagents.GetValueOrDefault(id) ? id : null;
        var call = note.ParentToolCallId is { } key ? _history.Find(AgUiKind.Call, key)?.Id : null;
        _writer.Event("SUBAGENT_STARTED", run, json => json.Text("name", note.Agent ?? run).Text("parentSubagentRunId", parent).Text("parentToolCallId", call));
    }

    private bool IsPartOf(string run, string whole) => run == whole || Ancestors(run).Contains(whole);

    /// <summary>Goes on with the run that the client asked for, whatever else is told.</summary>
    private void Begin(string wanted)
    {
        if (_told is not null) Finish(json => json);
        _told = Begun(wanted, isImplicit: false);
    }

    private AgUiRun Begun(string run, bool isImplicit)
    {
        var begun = new AgUiRun(run, client?.ThreadId ?? _event.SessionId ?? EventRules.ReservedSessionId, NoteOf(run).ParentId, isImplicit);
        TellRunStarted(begun);
        return begun;
    }

    private void TellRunStarted(AgUiRun run) => _writer.Event("RUN_STARTED", null,
        json => json.Text("threadId", run.ThreadId).Text("runId", ToldAs(run)).Text("parentRunId", run.ParentId).Text("protocolVersion", "1.0"));

    private string ToldAs(AgUiRun run) => run.Id == client?.RunId ? client.ToldAs : run.Id;

    /// <summary>Ends all that is open, of a subagent or of all.</summary>
    private void CloseAll(string? subagent = null)
    {
        foreach (var message in _history.Open.ToList()) if (subagent is null || message.Owner == subagent) Close(message);
        foreach (var (key, step) in _told!.Steps.ToList()) if (subagent is null || step.Owner == subagent) CloseStep(key);
    }

    private void FinishSubagent(string run, Func<PayloadWriter, PayloadWriter> members)
    {
        foreach (var (child, isOpen) in _told!.Subagents.ToList()) if (isOpen && child != run && Ancestors(child).Contains(run)) FinishSubagent(child, json => json);
        CloseAll(run);
        _told.Subagents[run] = false;
        _writer.Event("SUBAGENT_FINISHED", run, members);
    }

    private void Finish(Func<PayloadWriter, PayloadWriter> members, Func<PayloadWriter, PayloadWriter>? ofSubagents = null)
    {
        var told = _told!;
        foreach (var (subagent, isOpen) in told.Subagents.Reverse().ToList()) if (isOpen && told.Subagents[subagent]) FinishSubagent(subagent, ofSubagents ?? (json => json));
        CloseAll();
        Over(_writer.Event("RUN_FINISHED", null, json => members(json.Text("threadId", told.ThreadId).Text("runId", ToldAs(told)))));
    }

    private void Fail(string message, string? code, Func<PayloadWriter, PayloadWriter>? members = null)
    {
        foreach (var open in _history.Open.ToList()) (open.IsOpen, open.HasEnded) = (false, true);
        Over(_writer.Event("RUN_ERROR", null, json => (members ?? (same => same))(json.Text("message", message).Text("code", code))));
    }

    private void Over(ReadOnlyMemory<byte> end)
    {
        if (_told!.Id == client?.RunId) (_end, IsOver) = (end, true);
        (_last, _told, _unnamedThought) = ((_told, end), null, null);
    }
}
