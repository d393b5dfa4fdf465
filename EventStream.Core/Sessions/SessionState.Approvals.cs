using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>The questions of runs, and their answers.</summary>
internal sealed partial record SessionState
{
    private SessionState Ask(Event next, PayloadMembers payload)
    {
        if (payload.Id("approval_id") is not { } id || next.RunId is not { } run) return this;
        var args = payload.Element("args") is { ValueKind: JsonValueKind.Object } said ? said.GetRawText() : null;
        var asked = new Approval(id, run, _approvalsAsked)
        {
            AskedAt = Head,
            ToolCallId = payload.Id("tool_call_id"),
            ToolName = payload.Text("tool_name"),
            Args = args?.Length > Sessions.Approval.MaxArgsLength ? null : args,
            LacksArgs = args?.Length > Sessions.Approval.MaxArgsLength,
            Reason = payload.Text("reason", Sessions.Approval.MaxReasonLength),
            Agent = payload.Text("agent") ?? next.AgentId,
        };
        return this with { _approvals = _approvals.Set(ApprovalKey(run, id), asked), _approvalsAsked = _approvalsAsked + 1 };
    }

    // The first answer counts.
    private SessionState Answer(Event next, PayloadMembers payload) => payload.Id("approval_id") is not { } id || next.RunId is not { } run || Approval(run, id) is not { Approved: null } asked ? this
        : this with { _approvals = _approvals.Set(ApprovalKey(run, id), asked with { Approved = payload.IsTrue("approved"), AnsweredBy = payload.Text("answered_by"), ContinuedAs = payload.Id("continued_as") }) };
}
