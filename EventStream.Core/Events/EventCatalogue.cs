using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using EventStream.Events.Payloads;

namespace EventStream.Events;

/// <summary>The one table that ties the name of each canonical event type to its record.</summary>
public static class EventCatalogue
{
    /// <summary>Every canonical type, by family.</summary>
    public static IReadOnlyList<CanonicalType> All { get; } =
    [
        new("session_created", EventFamily.Session, typeof(SessionCreated), EventRole.StartsSession),
        new("session_updated", EventFamily.Session, typeof(SessionUpdated)),
        new("session_started", EventFamily.Session, typeof(SessionStarted), EventRole.StartsSession),
        new("session_ended", EventFamily.Session, typeof(SessionEnded), EventRole.EndsSession),
        new("session_deleted", EventFamily.Session, typeof(SessionDeleted), EventRole.DeletesSession),
        new("message_created", EventFamily.Message, typeof(MessageCreated)),
        new("message_updated", EventFamily.Message, typeof(MessageUpdated)),
        new("agent_message_start", EventFamily.Message, typeof(AgentMessageStart)),
        new("agent_message_delta", EventFamily.Message, typeof(AgentMessageDelta)),
        new("agent_message_end", EventFamily.Message, typeof(AgentMessageEnd)),
        new("agent_thought_delta", EventFamily.Thought, typeof(AgentThoughtDelta)),
        new("agent_thought", EventFamily.Thought, typeof(AgentThought)),
        new("tool_call_started", EventFamily.Tool, typeof(ToolCallStarted)),
        new("tool_call_updated", EventFamily.Tool, typeof(ToolCallUpdated)),
        new("tool_call_delta", EventFamily.Tool, typeof(ToolCallDelta)),
        new("tool_call_args_delta", EventFamily.Tool, typeof(ToolCallArgsDelta)),
        new("tool_call_args_end", EventFamily.Tool, typeof(ToolCallArgsEnd)),
        new("tool_call_result", EventFamily.Tool, typeof(ToolCallResult)),
        new("tool_approval_requested", EventFamily.Tool, typeof(ToolApprovalRequested)),
        new("tool_approval_answered", EventFamily.Tool, typeof(ToolApprovalAnswered), EventRole.Command),
        new("run_requested", EventFamily.Run, typeof(RunRequested), EventRole.RequestsRun),
        new("run_created", EventFamily.Run, typeof(RunCreated)),
        new("run_started", EventFamily.Run, typeof(RunStarted), EventRole.StartsRun),
        new("run_updated", EventFamily.Run, typeof(RunUpdated)),
        new("run_awaiting_input", EventFamily.Run, typeof(RunAwaitingInput)),
        new("run_interrupt_requested", EventFamily.Run, typeof(RunInterruptRequested), EventRole.Command),
        new("run_steered", EventFamily.Run, typeof(RunSteered), EventRole.Command),
        new("run_retry", EventFamily.Run, typeof(RunRetry)),
        new("run_error", EventFamily.Run, typeof(RunError)),
        new("run_interrupted", EventFamily.Run, typeof(RunInterrupted)),
        new("snapshot_committed", EventFamily.Run, typeof(SnapshotCommitted)),
        new("run_completed", EventFamily.Run, typeof(RunCompleted), EventRole.EndsRun),
        new("run_failed", EventFamily.Run, typeof(RunFailed), EventRole.EndsRun),
        new("run_cancelled", EventFamily.Run, typeof(RunCancelled), EventRole.EndsRun),
        new("agent_status", EventFamily.Status, typeof(AgentStatus)),
        new("notification", EventFamily.Status, typeof(Notification)),
        new("state_snapshot", EventFamily.Status, typeof(StateSnapshot)),
        new("state_delta", EventFamily.Status, typeof(StateDelta)),
        new("agent_step_started", EventFamily.Step, typeof(AgentStepStarted)),
        new("agent_step_updated", EventFamily.Step, typeof(AgentStepUpdated)),
        new("agent_step_completed", EventFamily.Step, typeof(AgentStepCompleted)),
        new("agent_continuation", EventFamily.Step, typeof(AgentContinuation)),
        new("workflow_started", EventFamily.Workflow, typeof(WorkflowStarted)),
        new("workflow_step_started", EventFamily.Workflow, typeof(WorkflowStepStarted)),
        new("workflow_step_completed", EventFamily.Workflow, typeof(WorkflowStepCompleted)),
        new("workflow_transition", EventFamily.Workflow, typeof(WorkflowTransition)),
        new("workflow_completed", EventFamily.Workflow, typeof(WorkflowCompleted)),
        new("workflow_node_state_updated", EventFamily.Workflow, typeof(WorkflowNodeStateUpdated)),
        new("workflow_run_created", EventFamily.Workflow, typeof(WorkflowRunCreated)),
        new("workflow_run_updated", EventFamily.Workflow, typeof(WorkflowRunUpdated)),
        new("workflow_run_completed", EventFamily.Workflow, typeof(WorkflowRunCompleted)),
        new("workflow_run_failed", EventFamily.Workflow, typeof(WorkflowRunFailed)),
        new("workflow_run_cancelled", EventFamily.Workflow, typeof(WorkflowRunCancelled)),
        new("workflow_run_paused", EventFamily.Workflow, typeof(WorkflowRunPaused)),
        new("workflow_run_resumed", EventFamily.Workflow, typeof(WorkflowRunResumed)),
        new("ingest_job_created", EventFamily.IngestJob, typeof(IngestJobCreated)),
        new("ingest_job_updated", EventFamily.IngestJob, typeof(IngestJobUpdated)),
        new("ingest_job_completed", EventFamily.IngestJob, typeof(IngestJobCompleted)),
        new("ingest_job_failed", EventFamily.IngestJob, typeof(IngestJobFailed)),
        new("ingest_job_cancelled", EventFamily.IngestJob, typeof(IngestJobCancelled)),
        new("retrieval_started", EventFamily.Retrieval, typeof(RetrievalStarted)),
        new("retrieval_result", EventFamily.Retrieval, typeof(RetrievalResult)),
        new("automation_triggered", EventFamily.Automation, typeof(AutomationTriggered)),
        new("automation_completed", EventFamily.Automation, typeof(AutomationCompleted)),
        new("metrics_update", EventFamily.Metrics, typeof(MetricsUpdate)),
        new("trace_created", EventFamily.Trace, typeof(TraceCreated)),
        new("trace_updated", EventFamily.Trace, typeof(TraceUpdated)),
        new("log_created", EventFamily.Log, typeof(LogCreated)),
        new("config_updated", EventFamily.Config, typeof(ConfigUpdated)),
        new("custom_event", EventFamily.Custom, typeof(CustomEvent)),
        new("session_stream_started", EventFamily.Control, typeof(SessionStreamStarted), EventRole.Control),
        new("stream_gap", EventFamily.Control, typeof(StreamGap), EventRole.Control),
        new("stream_closing", EventFamily.Control, typeof(StreamClosing), EventRole.Control),
        new("auth_expiring", EventFamily.Control, typeof(AuthExpiring), EventRole.Control),
        new("heartbeat", EventFamily.Control, typeof(Heartbeat), EventRole.Control),
    ];

    private static readonly FrozenDictionary<string, CanonicalType> ByName = All.ToFrozenDictionary(type => type.Name);
    private static readonly FrozenDictionary<string, CanonicalType>.AlternateLookup<ReadOnlySpan<char>> ByText = ByName.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenDictionary<Type, CanonicalType> ByRecord = All.ToFrozenDictionary(type => type.Record);

    /// <summary>The canonical type of that name, or null: unknown names are events too.</summary>
    public static CanonicalType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <inheritdoc cref="Find(string)"/>
    internal static CanonicalType? Find(ReadOnlySpan<byte> utf8Name)
    {
        Span<char> name = stackalloc char[EventRules.MaxTypeLength];
        return utf8Name.Length <= name.Length && Ascii.ToUtf16(utf8Name, name, out var length) == OperationStatus.Done && ByText.TryGetValue(name[..length], out var type) ? type : null;
    }

    /// <summary>What an event of that name does to its run or session.</summary>
    public static EventRole RoleOf(string name) => Find(name)?.Role ?? EventRole.None;

    /// <summary>Whether an event of that name asks an agent for something.</summary>
    internal static bool IsCommand(string name) => RoleOf(name) is EventRole.Command or EventRole.RequestsRun;

    internal static CanonicalType Of(CanonicalPayload payload) => Of(payload.GetType());

    internal static CanonicalType Of(Type record) =>
        ByRecord.GetValueOrDefault(record) ?? throw new ArgumentException($"{record.Name} is not in the catalogue of canonical events.", nameof(record));
}
