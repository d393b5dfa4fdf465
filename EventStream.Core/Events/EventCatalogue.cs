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
        new("session_created", EventFamily.Session, EventJson.Context.SessionCreated, EventRole.StartsSession),
        new("session_updated", EventFamily.Session, EventJson.Context.SessionUpdated),
        new("session_started", EventFamily.Session, EventJson.Context.SessionStarted, EventRole.StartsSession),
        new("session_ended", EventFamily.Session, EventJson.Context.SessionEnded, EventRole.EndsSession),
        new("session_deleted", EventFamily.Session, EventJson.Context.SessionDeleted, EventRole.DeletesSession),
        new("message_created", EventFamily.Message, EventJson.Context.MessageCreated),
        new("message_updated", EventFamily.Message, EventJson.Context.MessageUpdated),
        new("agent_message_start", EventFamily.Message, EventJson.Context.AgentMessageStart),
        new("agent_message_delta", EventFamily.Message, EventJson.Context.AgentMessageDelta),
        new("agent_message_end", EventFamily.Message, EventJson.Context.AgentMessageEnd),
        new("agent_thought_delta", EventFamily.Thought, EventJson.Context.AgentThoughtDelta),
        new("agent_thought", EventFamily.Thought, EventJson.Context.AgentThought),
        new("tool_call_started", EventFamily.Tool, EventJson.Context.ToolCallStarted),
        new("tool_call_updated", EventFamily.Tool, EventJson.Context.ToolCallUpdated),
        new("tool_call_delta", EventFamily.Tool, EventJson.Context.ToolCallDelta),
        new("tool_call_args_delta", EventFamily.Tool, EventJson.Context.ToolCallArgsDelta),
        new("tool_call_args_end", EventFamily.Tool, EventJson.Context.ToolCallArgsEnd),
        new("tool_call_result", EventFamily.Tool, EventJson.Context.ToolCallResult),
        new("run_created", EventFamily.Run, EventJson.Context.RunCreated),
        new("run_started", EventFamily.Run, EventJson.Context.RunStarted),
        new("run_updated", EventFamily.Run, EventJson.Context.RunUpdated),
        new("run_awaiting_input", EventFamily.Run, EventJson.Context.RunAwaitingInput),
        new("run_interrupt_requested", EventFamily.Run, EventJson.Context.RunInterruptRequested),
        new("run_retry", EventFamily.Run, EventJson.Context.RunRetry),
        new("run_error", EventFamily.Run, EventJson.Context.RunError),
        new("run_interrupted", EventFamily.Run, EventJson.Context.RunInterrupted),
        new("snapshot_committed", EventFamily.Run, EventJson.Context.SnapshotCommitted),
        new("run_completed", EventFamily.Run, EventJson.Context.RunCompleted, EventRole.EndsRun),
        new("run_failed", EventFamily.Run, EventJson.Context.RunFailed, EventRole.EndsRun),
        new("run_cancelled", EventFamily.Run, EventJson.Context.RunCancelled, EventRole.EndsRun),
        new("agent_status", EventFamily.Status, EventJson.Context.AgentStatus),
        new("notification", EventFamily.Status, EventJson.Context.Notification),
        new("agent_step_started", EventFamily.Step, EventJson.Context.AgentStepStarted),
        new("agent_step_updated", EventFamily.Step, EventJson.Context.AgentStepUpdated),
        new("agent_step_completed", EventFamily.Step, EventJson.Context.AgentStepCompleted),
        new("agent_continuation", EventFamily.Step, EventJson.Context.AgentContinuation),
        new("workflow_started", EventFamily.Workflow, EventJson.Context.WorkflowStarted),
        new("workflow_step_started", EventFamily.Workflow, EventJson.Context.WorkflowStepStarted),
        new("workflow_step_completed", EventFamily.Workflow, EventJson.Context.WorkflowStepCompleted),
        new("workflow_transition", EventFamily.Workflow, EventJson.Context.WorkflowTransition),
        new("workflow_completed", EventFamily.Workflow, EventJson.Context.WorkflowCompleted),
        new("workflow_node_state_updated", EventFamily.Workflow, EventJson.Context.WorkflowNodeStateUpdated),
        new("workflow_run_created", EventFamily.Workflow, EventJson.Context.WorkflowRunCreated),
        new("workflow_run_updated", EventFamily.Workflow, EventJson.Context.WorkflowRunUpdated),
        new("workflow_run_completed", EventFamily.Workflow, EventJson.Context.WorkflowRunCompleted),
        new("workflow_run_failed", EventFamily.Workflow, EventJson.Context.WorkflowRunFailed),
        new("workflow_run_cancelled", EventFamily.Workflow, EventJson.Context.WorkflowRunCancelled),
        new("workflow_run_paused", EventFamily.Workflow, EventJson.Context.WorkflowRunPaused),
        new("workflow_run_resumed", EventFamily.Workflow, EventJson.Context.WorkflowRunResumed),
        new("ingest_job_created", EventFamily.IngestJob, EventJson.Context.IngestJobCreated),
        new("ingest_job_updated", EventFamily.IngestJob, EventJson.Context.IngestJobUpdated),
        new("ingest_job_completed", EventFamily.IngestJob, EventJson.Context.IngestJobCompleted),
        new("ingest_job_failed", EventFamily.IngestJob, EventJson.Context.IngestJobFailed),
        new("ingest_job_cancelled", EventFamily.IngestJob, EventJson.Context.IngestJobCancelled),
        new("retrieval_started", EventFamily.Retrieval, EventJson.Context.RetrievalStarted),
        new("retrieval_result", EventFamily.Retrieval, EventJson.Context.RetrievalResult),
        new("automation_triggered", EventFamily.Automation, EventJson.Context.AutomationTriggered),
        new("automation_completed", EventFamily.Automation, EventJson.Context.AutomationCompleted),
        new("metrics_update", EventFamily.Metrics, EventJson.Context.MetricsUpdate),
        new("trace_created", EventFamily.Trace, EventJson.Context.TraceCreated),
        new("trace_updated", EventFamily.Trace, EventJson.Context.TraceUpdated),
        new("log_created", EventFamily.Log, EventJson.Context.LogCreated),
        new("config_updated", EventFamily.Config, EventJson.Context.ConfigUpdated),
        new("custom_event", EventFamily.Custom, EventJson.Context.CustomEvent),
        new("session_stream_started", EventFamily.Control, EventJson.Context.SessionStreamStarted, EventRole.Control),
        new("stream_gap", EventFamily.Control, EventJson.Context.StreamGap, EventRole.Control),
        new("stream_closing", EventFamily.Control, EventJson.Context.StreamClosing, EventRole.Control),
        new("heartbeat", EventFamily.Control, EventJson.Context.Heartbeat, EventRole.Control),
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

    internal static CanonicalType Of(CanonicalPayload payload) => Of(payload.GetType());

    internal static CanonicalType Of(Type record) =>
        ByRecord.GetValueOrDefault(record) ?? throw new ArgumentException($"{record.Name} is not in the catalogue of canonical events.", nameof(record));
}
