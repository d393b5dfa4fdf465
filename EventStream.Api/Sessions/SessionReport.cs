namespace EventStream.Api.Sessions;

/// <summary>Where a session stands: what its events add up to.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Cursor">The position up to which it is told; <c>0-0</c> before the first event.</param>
/// <param name="Viewers">How many clients watch the session, over all nodes.</param>
/// <param name="AgentStatus">The newest status of its agents; absent before the first.</param>
/// <param name="Runs">The runs that are remembered, in the order in which they began; 1,000 at most.</param>
/// <param name="Messages">Messages and thoughts that are being told, with their text so far, in the order in which they began.</param>
/// <param name="ToolCalls">Tool calls without a result, in the order in which they began.</param>
/// <param name="Approvals">Questions without an answer.</param>
internal sealed record SessionReport(
    string SessionId, string Cursor, long Viewers, string? AgentStatus,
    IReadOnlyList<ReportedRun> Runs, IReadOnlyList<ReportedMessage> Messages, IReadOnlyList<ReportedToolCall> ToolCalls, IReadOnlyList<ReportedApproval> Approvals);

/// <summary>A run of a session.</summary>
internal sealed record ReportedRun(
    string RunId, string Status, string? Agent, string? ProjectId, string? ParentRunId, string? ParentToolCallId, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, string? ErrorType);

/// <summary>A message, or a thought, that has no end yet.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="Kind"><c>message</c> or <c>thought</c>.</param>
/// <param name="Text">The text so far.</param>
/// <param name="IsCut">Whether the text outgrew what is kept of it.</param>
/// <param name="Agent">Who says it, when known.</param>
/// <param name="RunId">Its run, when it has one.</param>
internal sealed record ReportedMessage(string MessageId, string Kind, string Text, bool IsCut, string? Agent, string? RunId);

/// <summary>A tool call that has no result yet.</summary>
internal sealed record ReportedToolCall(string ToolCallId, string ToolName, string? Agent, string? RunId);

/// <summary>A question of a run that waits for an answer.</summary>
internal sealed record ReportedApproval(string ApprovalId, string RunId, string? ToolCallId, string? ToolName);
