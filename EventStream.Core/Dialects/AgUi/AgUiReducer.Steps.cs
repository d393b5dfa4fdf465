using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>Steps and states.</summary>
internal sealed partial class AgUiReducer
{
    private void BeginStep(string? id)
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (id is null || _told!.Steps.ContainsKey(StepKey(id))) Repair();
        else OpenStep(id, owner);
    }

    private void OpenStep(string id, string? owner)
    {
        if (_told!.Steps.Count == SessionState.MaxOpenSteps) CloseStep(_told.Steps.GetAt(0).Key);
        var name = id;
        // Two executions may be in their first step at once; a client takes a name once at a time.
        for (var i = 2; _told.Steps.Values.Any(step => step.Name == name); i++) name = $"{id}-{i}";
        _told.Steps.Add(StepKey(id), (name, owner));
        _writer.Event("STEP_STARTED", owner, json => json.Text("stepName", name));
    }

    private void EndStep(string? id)
    {
        if (!TryOwner(isContent: true, out _)) return;
        if (id is null || !_told!.Steps.ContainsKey(StepKey(id))) Repair();
        else CloseStep(StepKey(id));
    }

    private void CloseStep(string key)
    {
        _told!.Steps.Remove(key, out var step);
        _writer.Event("STEP_FINISHED", step.Owner, json => json.Text("stepName", step.Name));
    }

    private void TellNode()
    {
        if (!TryOwner(isContent: false, out var owner)) return;
        var id = $"node-{_event.Id("node_id")}";
        var isOpen = _told!.Steps.ContainsKey(StepKey(id));
        if (_event.Text("status") == "running" && !isOpen) OpenStep(id, owner);
        else if (StatusMembers.IsEnd(_event.Text("status")) && isOpen) CloseStep(StepKey(id));
        else _writer.Custom(_event, owner);
    }

    private void TellStatus()
    {
        if (!TryOwner(isContent: false, out var owner)) return;
        _writer.Custom(_event, owner);
        if (_told is not { IsImplicit: true } || _event.Text("status") is not { } status) return;
        if (status == "failed") Fail(_event.Text("error_message") ?? "The agent failed.", code: null);
        else if (status is "idle" or "stopped" || StatusMembers.IsEnd(status)) Finish(json => json);
    }

    private string StepKey(string id) => $"{_event.ExecutionId ?? _event.RunId}/{id}";
}
