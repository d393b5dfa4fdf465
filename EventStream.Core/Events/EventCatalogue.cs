using System.Collections.Frozen;
using EventStream.Events.Payloads;

namespace EventStream.Events;

/// <summary>The one table that ties the name of each canonical event type to its record.</summary>
public static class EventCatalogue
{
    /// <summary>Every canonical type, by family.</summary>
    public static IReadOnlyList<CanonicalType> All { get; } =
    [
        new("session_started", typeof(SessionStarted), EventJson.Context.SessionStarted, EventRole.StartsSession),
        new("session_ended", typeof(SessionEnded), EventJson.Context.SessionEnded, EventRole.EndsSession),
        new("session_deleted", typeof(SessionDeleted), EventJson.Context.SessionDeleted, EventRole.DeletesSession),
        new("agent_message_start", typeof(AgentMessageStart), EventJson.Context.AgentMessageStart),
        new("agent_message_delta", typeof(AgentMessageDelta), EventJson.Context.AgentMessageDelta),
        new("agent_message_end", typeof(AgentMessageEnd), EventJson.Context.AgentMessageEnd),
        new("agent_thought", typeof(AgentThought), EventJson.Context.AgentThought),
        new("tool_call_started", typeof(ToolCallStarted), EventJson.Context.ToolCallStarted),
        new("tool_call_delta", typeof(ToolCallDelta), EventJson.Context.ToolCallDelta),
        new("tool_call_result", typeof(ToolCallResult), EventJson.Context.ToolCallResult),
        new("workflow_started", typeof(WorkflowStarted), EventJson.Context.WorkflowStarted),
        new("workflow_step_started", typeof(WorkflowStepStarted), EventJson.Context.WorkflowStepStarted),
        new("workflow_step_completed", typeof(WorkflowStepCompleted), EventJson.Context.WorkflowStepCompleted),
        new("workflow_transition", typeof(WorkflowTransition), EventJson.Context.WorkflowTransition),
        new("workflow_completed", typeof(WorkflowCompleted), EventJson.Context.WorkflowCompleted),
        new("run_created", typeof(RunCreated), EventJson.Context.RunCreated),
        new("run_started", typeof(RunStarted), EventJson.Context.RunStarted),
        new("run_interrupt_requested", typeof(RunInterruptRequested), EventJson.Context.RunInterruptRequested),
        new("run_retry", typeof(RunRetry), EventJson.Context.RunRetry),
        new("run_error", typeof(RunError), EventJson.Context.RunError),
        new("run_interrupted", typeof(RunInterrupted), EventJson.Context.RunInterrupted),
        new("snapshot_committed", typeof(SnapshotCommitted), EventJson.Context.SnapshotCommitted),
        new("run_completed", typeof(RunCompleted), EventJson.Context.RunCompleted, EventRole.EndsRun),
        new("run_failed", typeof(RunFailed), EventJson.Context.RunFailed, EventRole.EndsRun),
        new("run_cancelled", typeof(RunCancelled), EventJson.Context.RunCancelled, EventRole.EndsRun),
        new("retrieval_started", typeof(RetrievalStarted), EventJson.Context.RetrievalStarted),
        new("retrieval_result", typeof(RetrievalResult), EventJson.Context.RetrievalResult),
        new("automation_triggered", typeof(AutomationTriggered), EventJson.Context.AutomationTriggered),
        new("automation_completed", typeof(AutomationCompleted), EventJson.Context.AutomationCompleted),
        new("metrics_update", typeof(MetricsUpdate), EventJson.Context.MetricsUpdate),
        new("session_stream_started", typeof(SessionStreamStarted), EventJson.Context.SessionStreamStarted, EventRole.Control),
        new("stream_gap", typeof(StreamGap), EventJson.Context.StreamGap, EventRole.Control),
        new("stream_closing", typeof(StreamClosing), EventJson.Context.StreamClosing, EventRole.Control),
        new("heartbeat", typeof(Heartbeat), EventJson.Context.Heartbeat, EventRole.Control),
    ];

    private static readonly FrozenDictionary<string, CanonicalType> ByName = All.ToFrozenDictionary(type => type.Name);
    private static readonly FrozenDictionary<Type, CanonicalType> ByRecord = All.ToFrozenDictionary(type => type.Record);

    /// <summary>The canonical type of that name, or null: unknown names are events too.</summary>
    public static CanonicalType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What an event of that name does to its run or session.</summary>
    public static EventRole RoleOf(string name) => Find(name)?.Role ?? EventRole.None;

    internal static CanonicalType Of(CanonicalPayload payload) => Of(payload.GetType());

    internal static CanonicalType Of(Type record) =>
        ByRecord.GetValueOrDefault(record) ?? throw new ArgumentException($"{record.Name} is not in the catalogue of canonical events.", nameof(record));
}
