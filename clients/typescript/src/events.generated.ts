// Generated from docs/events.schema.json by `npm run generate`; a test fails when it is stale.

/** What every event has, whatever its type. */
export interface EventEnvelope {
  readonly event_id: string;
  readonly session_id: string;
  readonly timestamp: string;
  readonly type: string;
  readonly payload: { readonly [member: string]: unknown };
  readonly run_id?: string;
  readonly project_id?: string;
  readonly agent_id?: string;
  readonly source?: string;
  readonly source_type?: string;
  readonly execution_id?: string;
  readonly traceparent?: string;
  /** The position in the log, as in the SSE `id:`; absent from events that aren't logged. */
  readonly id?: string;
}

export interface SessionCreatedPayload {
  readonly session: { readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

export interface SessionUpdatedPayload {
  readonly session: { readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

export interface SessionStartedPayload {
  readonly session_id: string;
  readonly agent?: string | null;
  readonly metadata?: { readonly [member: string]: unknown } | null;
  readonly [member: string]: unknown;
}

export interface SessionEndedPayload {
  readonly session_id: string;
  readonly reason: string;
  readonly summary?: string | null;
  readonly [member: string]: unknown;
}

export interface SessionDeletedPayload {
  readonly reason?: string | null;
  readonly [member: string]: unknown;
}

export interface MessageCreatedPayload {
  readonly message_id: string;
  readonly role?: string | null;
  readonly content?: string | null;
  readonly name?: string | null;
  readonly tool_call_id?: string | null;
  readonly created_at?: string | null;
  readonly run_id?: string | null;
  readonly context_item_ids?: readonly string[] | null;
  readonly [member: string]: unknown;
}

export interface MessageUpdatedPayload {
  readonly message_id: string;
  readonly content?: string | null;
  readonly replace?: boolean | null;
  readonly role?: string | null;
  readonly name?: string | null;
  readonly tool_call_id?: string | null;
  readonly created_at?: string | null;
  readonly [member: string]: unknown;
}

export interface AgentMessageStartPayload {
  readonly message_id: string;
  readonly agent?: string | null;
  readonly role?: string | null;
  readonly [member: string]: unknown;
}

export interface AgentMessageDeltaPayload {
  readonly message_id: string;
  readonly delta: string;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface AgentMessageEndPayload {
  readonly message_id: string;
  readonly content: string;
  readonly agent?: string | null;
  readonly content_truncated?: boolean | null;
  readonly [member: string]: unknown;
}

export interface AgentThoughtDeltaPayload {
  readonly message_id?: string | null;
  readonly delta: string;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface AgentThoughtPayload {
  readonly agent?: string | null;
  readonly content: string;
  readonly debug?: boolean | null;
  readonly message_id?: string | null;
  readonly [member: string]: unknown;
}

export interface ToolCallStartedPayload {
  readonly tool_call_id: string;
  readonly tool_name: string;
  readonly args: { readonly [member: string]: unknown };
  readonly agent?: string | null;
  readonly args_raw?: string | null;
  readonly args_truncated?: boolean | null;
  readonly args_summary?: string | null;
  readonly [member: string]: unknown;
}

export interface ToolCallUpdatedPayload {
  readonly tool_call_id: string;
  readonly tool_name?: string | null;
  readonly args?: { readonly [member: string]: unknown } | null;
  readonly args_raw?: string | null;
  readonly args_truncated?: boolean | null;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface ToolCallDeltaPayload {
  readonly tool_call_id: string;
  readonly delta: string;
  readonly [member: string]: unknown;
}

export interface ToolCallArgsDeltaPayload {
  readonly tool_call_id: string;
  readonly delta: string;
  readonly [member: string]: unknown;
}

export interface ToolCallArgsEndPayload {
  readonly tool_call_id: string;
  readonly [member: string]: unknown;
}

export interface ToolCallResultPayload {
  readonly tool_call_id: string;
  readonly tool_name: string;
  readonly result?: unknown;
  readonly error?: string | null;
  readonly success?: boolean | null;
  readonly duration_ms?: number | null;
  readonly blocked?: boolean | null;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface RunCreatedPayload {
  readonly run_id: string;
  readonly base_session_id?: string | null;
  readonly parent_run_id?: string | null;
  readonly status?: string | null;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface RunStartedPayload {
  readonly run_id: string;
  readonly base_session_id?: string | null;
  readonly [member: string]: unknown;
}

export interface RunUpdatedPayload {
  readonly run_id: string;
  readonly status?: string | null;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface RunAwaitingInputPayload {
  readonly run_id: string;
  readonly status?: string | null;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface RunInterruptRequestedPayload {
  readonly run_id: string;
  readonly reason?: string | null;
  readonly requested_by?: string | null;
  readonly [member: string]: unknown;
}

export interface RunRetryPayload {
  readonly retry_count: number;
  readonly max_retries: number;
  readonly reason: string;
  readonly [member: string]: unknown;
}

export interface RunErrorPayload {
  readonly error_type: string;
  readonly message: string;
  readonly agent?: string | null;
  readonly step?: string | null;
  readonly traceback?: string | null;
  readonly [member: string]: unknown;
}

export interface RunInterruptedPayload {
  readonly reason: string;
  readonly step?: string | null;
  readonly [member: string]: unknown;
}

export interface SnapshotCommittedPayload {
  readonly run_id: string;
  readonly snapshot_id: string;
  readonly parent_session_id?: string | null;
  readonly [member: string]: unknown;
}

export interface RunCompletedPayload {
  readonly run_id: string;
  readonly output?: unknown;
  readonly usage?: { readonly [member: string]: unknown } | null;
  readonly stop_reason?: string | null;
  readonly agent?: string | null;
  readonly status?: string | null;
  readonly [member: string]: unknown;
}

export interface RunFailedPayload {
  readonly run_id: string;
  readonly error: string;
  readonly error_type?: string | null;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface RunCancelledPayload {
  readonly run_id: string;
  readonly termination_reason?: string | null;
  readonly [member: string]: unknown;
}

export interface AgentStatusPayload {
  readonly status: string;
  readonly previous_status?: string | null;
  readonly source_status?: string | null;
  readonly agent?: string | null;
  readonly assistant_name?: string | null;
  readonly step_count?: number | null;
  readonly error_message?: string | null;
  readonly output?: unknown;
  readonly last_response?: string | null;
  readonly [member: string]: unknown;
}

export interface NotificationPayload {
  readonly message?: string | null;
  readonly severity?: string | null;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

export interface AgentStepStartedPayload {
  readonly step_number: number;
  readonly message_count?: number | null;
  readonly available_tools?: unknown;
  readonly [member: string]: unknown;
}

export interface AgentStepUpdatedPayload {
  readonly step_id: string;
  readonly run_id?: string | null;
  readonly step_number?: number | null;
  readonly node_id?: string | null;
  readonly status?: string | null;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string | null;
  readonly duration_ms?: number | null;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
  readonly [member: string]: unknown;
}

export interface AgentStepCompletedPayload {
  readonly step_number: number;
  readonly has_tool_calls?: boolean | null;
  readonly errors?: unknown;
  readonly finish_reason?: string | null;
  readonly usage?: { readonly [member: string]: unknown } | null;
  readonly duration_ms?: number | null;
  readonly content?: string | null;
  readonly status_type?: string | null;
  readonly tool_info?: { readonly [member: string]: unknown } | null;
  readonly tokens?: number | null;
  readonly [member: string]: unknown;
}

export interface AgentContinuationPayload {
  readonly should_stop: boolean;
  readonly should_continue: boolean;
  readonly step_number?: number | null;
  readonly stop_reason?: string | null;
  readonly resolved_by?: string | null;
  readonly evaluations?: readonly unknown[] | null;
  readonly [member: string]: unknown;
}

export interface WorkflowStartedPayload {
  readonly workflow: string;
  readonly run_id: string;
  readonly [member: string]: unknown;
}

export interface WorkflowStepStartedPayload {
  readonly run_id: string;
  readonly step_id: string;
  readonly description: string;
  readonly [member: string]: unknown;
}

export interface WorkflowStepCompletedPayload {
  readonly run_id: string;
  readonly step_id: string;
  readonly output?: unknown;
  readonly [member: string]: unknown;
}

export interface WorkflowTransitionPayload {
  readonly run_id: string;
  readonly from_step: string;
  readonly to_step: string;
  readonly reason: string;
  readonly [member: string]: unknown;
}

export interface WorkflowCompletedPayload {
  readonly run_id: string;
  readonly result: { readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

export interface WorkflowNodeStateUpdatedPayload {
  readonly node_id: string;
  readonly run_id?: string | null;
  readonly status?: string | null;
  readonly progress?: number | null;
  readonly messages?: readonly string[] | null;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
  readonly error?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunCreatedPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunUpdatedPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunCompletedPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunFailedPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunCancelledPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunPausedPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface WorkflowRunResumedPayload {
  readonly run_id: string;
  readonly workflow_id?: string | null;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly last_message?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly error_message?: string | null;
  readonly [member: string]: unknown;
}

export interface IngestJobCreatedPayload {
  readonly job_id: string;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly progress?: number | null;
  readonly stage?: string | null;
  readonly message?: string | null;
  readonly error_message?: string | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface IngestJobUpdatedPayload {
  readonly job_id: string;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly progress?: number | null;
  readonly stage?: string | null;
  readonly message?: string | null;
  readonly error_message?: string | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface IngestJobCompletedPayload {
  readonly job_id: string;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly progress?: number | null;
  readonly stage?: string | null;
  readonly message?: string | null;
  readonly error_message?: string | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface IngestJobFailedPayload {
  readonly job_id: string;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly progress?: number | null;
  readonly stage?: string | null;
  readonly message?: string | null;
  readonly error_message?: string | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface IngestJobCancelledPayload {
  readonly job_id: string;
  readonly project_id?: string | null;
  readonly status?: string | null;
  readonly progress?: number | null;
  readonly stage?: string | null;
  readonly message?: string | null;
  readonly error_message?: string | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface RetrievalStartedPayload {
  readonly query: string;
  readonly agent?: string | null;
  readonly [member: string]: unknown;
}

export interface RetrievalResultPayload {
  readonly documents: readonly ({
    readonly id: string;
    readonly score: number;
    readonly content: string;
    readonly metadata?: { readonly [member: string]: unknown } | null;
  })[];
  readonly [member: string]: unknown;
}

export interface AutomationTriggeredPayload {
  readonly workflow: string;
  readonly trigger: string;
  readonly [member: string]: unknown;
}

export interface AutomationCompletedPayload {
  readonly workflow: string;
  readonly result: string;
  readonly [member: string]: unknown;
}

export interface MetricsUpdatePayload {
  readonly cpu: number;
  readonly memory_used: string;
  readonly disk_free: string;
  readonly containers_running: number;
  readonly extra?: { readonly [member: string]: unknown } | null;
  readonly [member: string]: unknown;
}

export interface TraceCreatedPayload {
  readonly trace_id: string;
  readonly name?: string | null;
  readonly status?: string | null;
  readonly duration_ms?: number | null;
  readonly metadata?: { readonly [member: string]: unknown } | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface TraceUpdatedPayload {
  readonly trace_id: string;
  readonly name?: string | null;
  readonly status?: string | null;
  readonly duration_ms?: number | null;
  readonly metadata?: { readonly [member: string]: unknown } | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [member: string]: unknown;
}

export interface LogCreatedPayload {
  readonly log_id?: string | null;
  readonly level: string;
  readonly message: string;
  readonly context?: { readonly [member: string]: unknown } | null;
  readonly created_at?: string | null;
  readonly [member: string]: unknown;
}

export interface ConfigUpdatedPayload {
  readonly config: { readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

export interface CustomEventPayload {
  readonly name: string;
  readonly value: unknown;
  readonly [member: string]: unknown;
}

export interface SessionStreamStartedPayload {
  readonly message: string;
  readonly cursor: string;
  readonly resume: string;
  readonly reason?: string | null;
  readonly replayed: number;
  readonly [member: string]: unknown;
}

export interface StreamGapPayload {
  readonly from: string;
  readonly to: string;
  readonly [member: string]: unknown;
}

export interface StreamClosingPayload {
  readonly reason: string;
  readonly reconnect: boolean;
  readonly retry_ms?: number | null;
  readonly [member: string]: unknown;
}

export interface HeartbeatPayload {
  readonly cursor: string;
  readonly [member: string]: unknown;
}

/** The payload of each type of the catalogue. */
export interface EventPayloads {
  session_created: SessionCreatedPayload;
  session_updated: SessionUpdatedPayload;
  session_started: SessionStartedPayload;
  session_ended: SessionEndedPayload;
  session_deleted: SessionDeletedPayload;
  message_created: MessageCreatedPayload;
  message_updated: MessageUpdatedPayload;
  agent_message_start: AgentMessageStartPayload;
  agent_message_delta: AgentMessageDeltaPayload;
  agent_message_end: AgentMessageEndPayload;
  agent_thought_delta: AgentThoughtDeltaPayload;
  agent_thought: AgentThoughtPayload;
  tool_call_started: ToolCallStartedPayload;
  tool_call_updated: ToolCallUpdatedPayload;
  tool_call_delta: ToolCallDeltaPayload;
  tool_call_args_delta: ToolCallArgsDeltaPayload;
  tool_call_args_end: ToolCallArgsEndPayload;
  tool_call_result: ToolCallResultPayload;
  run_created: RunCreatedPayload;
  run_started: RunStartedPayload;
  run_updated: RunUpdatedPayload;
  run_awaiting_input: RunAwaitingInputPayload;
  run_interrupt_requested: RunInterruptRequestedPayload;
  run_retry: RunRetryPayload;
  run_error: RunErrorPayload;
  run_interrupted: RunInterruptedPayload;
  snapshot_committed: SnapshotCommittedPayload;
  run_completed: RunCompletedPayload;
  run_failed: RunFailedPayload;
  run_cancelled: RunCancelledPayload;
  agent_status: AgentStatusPayload;
  notification: NotificationPayload;
  agent_step_started: AgentStepStartedPayload;
  agent_step_updated: AgentStepUpdatedPayload;
  agent_step_completed: AgentStepCompletedPayload;
  agent_continuation: AgentContinuationPayload;
  workflow_started: WorkflowStartedPayload;
  workflow_step_started: WorkflowStepStartedPayload;
  workflow_step_completed: WorkflowStepCompletedPayload;
  workflow_transition: WorkflowTransitionPayload;
  workflow_completed: WorkflowCompletedPayload;
  workflow_node_state_updated: WorkflowNodeStateUpdatedPayload;
  workflow_run_created: WorkflowRunCreatedPayload;
  workflow_run_updated: WorkflowRunUpdatedPayload;
  workflow_run_completed: WorkflowRunCompletedPayload;
  workflow_run_failed: WorkflowRunFailedPayload;
  workflow_run_cancelled: WorkflowRunCancelledPayload;
  workflow_run_paused: WorkflowRunPausedPayload;
  workflow_run_resumed: WorkflowRunResumedPayload;
  ingest_job_created: IngestJobCreatedPayload;
  ingest_job_updated: IngestJobUpdatedPayload;
  ingest_job_completed: IngestJobCompletedPayload;
  ingest_job_failed: IngestJobFailedPayload;
  ingest_job_cancelled: IngestJobCancelledPayload;
  retrieval_started: RetrievalStartedPayload;
  retrieval_result: RetrievalResultPayload;
  automation_triggered: AutomationTriggeredPayload;
  automation_completed: AutomationCompletedPayload;
  metrics_update: MetricsUpdatePayload;
  trace_created: TraceCreatedPayload;
  trace_updated: TraceUpdatedPayload;
  log_created: LogCreatedPayload;
  config_updated: ConfigUpdatedPayload;
  custom_event: CustomEventPayload;
  session_stream_started: SessionStreamStartedPayload;
  stream_gap: StreamGapPayload;
  stream_closing: StreamClosingPayload;
  heartbeat: HeartbeatPayload;
}

/** The types of each family of the catalogue. */
export interface EventFamilies {
  session: "session_created" | "session_updated" | "session_started" | "session_ended" | "session_deleted";
  message: "message_created" | "message_updated" | "agent_message_start" | "agent_message_delta" | "agent_message_end";
  thought: "agent_thought_delta" | "agent_thought";
  tool: "tool_call_started" | "tool_call_updated" | "tool_call_delta" | "tool_call_args_delta" | "tool_call_args_end" | "tool_call_result";
  run: "run_created" | "run_started" | "run_updated" | "run_awaiting_input" | "run_interrupt_requested" | "run_retry" | "run_error" | "run_interrupted" | "snapshot_committed" | "run_completed" | "run_failed" | "run_cancelled";
  status: "agent_status" | "notification";
  step: "agent_step_started" | "agent_step_updated" | "agent_step_completed" | "agent_continuation";
  workflow: "workflow_started" | "workflow_step_started" | "workflow_step_completed" | "workflow_transition" | "workflow_completed" | "workflow_node_state_updated" | "workflow_run_created" | "workflow_run_updated" | "workflow_run_completed" | "workflow_run_failed" | "workflow_run_cancelled" | "workflow_run_paused" | "workflow_run_resumed";
  ingest_job: "ingest_job_created" | "ingest_job_updated" | "ingest_job_completed" | "ingest_job_failed" | "ingest_job_cancelled";
  retrieval: "retrieval_started" | "retrieval_result";
  automation: "automation_triggered" | "automation_completed";
  metrics: "metrics_update";
  trace: "trace_created" | "trace_updated";
  log: "log_created";
  config: "config_updated";
  custom: "custom_event";
  control: "session_stream_started" | "stream_gap" | "stream_closing" | "heartbeat";
}

/** The name of a type of the catalogue. */
export type EventType = keyof EventPayloads;

/** An event of one type, or of any of several. */
export type EventOf<T extends EventType> = T extends EventType
  ? EventEnvelope & { readonly type: T; readonly payload: EventPayloads[T] }
  : never;

export type SessionCreatedEvent = EventOf<"session_created">;
export type SessionUpdatedEvent = EventOf<"session_updated">;
export type SessionStartedEvent = EventOf<"session_started">;
export type SessionEndedEvent = EventOf<"session_ended">;
export type SessionDeletedEvent = EventOf<"session_deleted">;
export type MessageCreatedEvent = EventOf<"message_created">;
export type MessageUpdatedEvent = EventOf<"message_updated">;
export type AgentMessageStartEvent = EventOf<"agent_message_start">;
export type AgentMessageDeltaEvent = EventOf<"agent_message_delta">;
export type AgentMessageEndEvent = EventOf<"agent_message_end">;
export type AgentThoughtDeltaEvent = EventOf<"agent_thought_delta">;
export type AgentThoughtEvent = EventOf<"agent_thought">;
export type ToolCallStartedEvent = EventOf<"tool_call_started">;
export type ToolCallUpdatedEvent = EventOf<"tool_call_updated">;
export type ToolCallDeltaEvent = EventOf<"tool_call_delta">;
export type ToolCallArgsDeltaEvent = EventOf<"tool_call_args_delta">;
export type ToolCallArgsEndEvent = EventOf<"tool_call_args_end">;
export type ToolCallResultEvent = EventOf<"tool_call_result">;
export type RunCreatedEvent = EventOf<"run_created">;
export type RunStartedEvent = EventOf<"run_started">;
export type RunUpdatedEvent = EventOf<"run_updated">;
export type RunAwaitingInputEvent = EventOf<"run_awaiting_input">;
export type RunInterruptRequestedEvent = EventOf<"run_interrupt_requested">;
export type RunRetryEvent = EventOf<"run_retry">;
export type RunErrorEvent = EventOf<"run_error">;
export type RunInterruptedEvent = EventOf<"run_interrupted">;
export type SnapshotCommittedEvent = EventOf<"snapshot_committed">;
export type RunCompletedEvent = EventOf<"run_completed">;
export type RunFailedEvent = EventOf<"run_failed">;
export type RunCancelledEvent = EventOf<"run_cancelled">;
export type AgentStatusEvent = EventOf<"agent_status">;
export type NotificationEvent = EventOf<"notification">;
export type AgentStepStartedEvent = EventOf<"agent_step_started">;
export type AgentStepUpdatedEvent = EventOf<"agent_step_updated">;
export type AgentStepCompletedEvent = EventOf<"agent_step_completed">;
export type AgentContinuationEvent = EventOf<"agent_continuation">;
export type WorkflowStartedEvent = EventOf<"workflow_started">;
export type WorkflowStepStartedEvent = EventOf<"workflow_step_started">;
export type WorkflowStepCompletedEvent = EventOf<"workflow_step_completed">;
export type WorkflowTransitionEvent = EventOf<"workflow_transition">;
export type WorkflowCompletedEvent = EventOf<"workflow_completed">;
export type WorkflowNodeStateUpdatedEvent = EventOf<"workflow_node_state_updated">;
export type WorkflowRunCreatedEvent = EventOf<"workflow_run_created">;
export type WorkflowRunUpdatedEvent = EventOf<"workflow_run_updated">;
export type WorkflowRunCompletedEvent = EventOf<"workflow_run_completed">;
export type WorkflowRunFailedEvent = EventOf<"workflow_run_failed">;
export type WorkflowRunCancelledEvent = EventOf<"workflow_run_cancelled">;
export type WorkflowRunPausedEvent = EventOf<"workflow_run_paused">;
export type WorkflowRunResumedEvent = EventOf<"workflow_run_resumed">;
export type IngestJobCreatedEvent = EventOf<"ingest_job_created">;
export type IngestJobUpdatedEvent = EventOf<"ingest_job_updated">;
export type IngestJobCompletedEvent = EventOf<"ingest_job_completed">;
export type IngestJobFailedEvent = EventOf<"ingest_job_failed">;
export type IngestJobCancelledEvent = EventOf<"ingest_job_cancelled">;
export type RetrievalStartedEvent = EventOf<"retrieval_started">;
export type RetrievalResultEvent = EventOf<"retrieval_result">;
export type AutomationTriggeredEvent = EventOf<"automation_triggered">;
export type AutomationCompletedEvent = EventOf<"automation_completed">;
export type MetricsUpdateEvent = EventOf<"metrics_update">;
export type TraceCreatedEvent = EventOf<"trace_created">;
export type TraceUpdatedEvent = EventOf<"trace_updated">;
export type LogCreatedEvent = EventOf<"log_created">;
export type ConfigUpdatedEvent = EventOf<"config_updated">;
export type CustomEvent = EventOf<"custom_event">;
export type SessionStreamStartedEvent = EventOf<"session_stream_started">;
export type StreamGapEvent = EventOf<"stream_gap">;
export type StreamClosingEvent = EventOf<"stream_closing">;
export type HeartbeatEvent = EventOf<"heartbeat">;

/** Family and required members of each type. */
export const catalogue: { readonly [T in EventType]: readonly [family: keyof EventFamilies, shape: string] } = {
  session_created: ["session", "session:o"],
  session_updated: ["session", "session:o"],
  session_started: ["session", "session_id:s"],
  session_ended: ["session", "session_id:s reason:s"],
  session_deleted: ["session", ""],
  message_created: ["message", "message_id:s"],
  message_updated: ["message", "message_id:s"],
  agent_message_start: ["message", "message_id:s"],
  agent_message_delta: ["message", "message_id:s delta:s"],
  agent_message_end: ["message", "message_id:s content:s"],
  agent_thought_delta: ["thought", "delta:s"],
  agent_thought: ["thought", "content:s"],
  tool_call_started: ["tool", "tool_call_id:s tool_name:s args:o"],
  tool_call_updated: ["tool", "tool_call_id:s"],
  tool_call_delta: ["tool", "tool_call_id:s delta:s"],
  tool_call_args_delta: ["tool", "tool_call_id:s delta:s"],
  tool_call_args_end: ["tool", "tool_call_id:s"],
  tool_call_result: ["tool", "tool_call_id:s tool_name:s"],
  run_created: ["run", "run_id:s"],
  run_started: ["run", "run_id:s"],
  run_updated: ["run", "run_id:s"],
  run_awaiting_input: ["run", "run_id:s"],
  run_interrupt_requested: ["run", "run_id:s"],
  run_retry: ["run", "retry_count:n max_retries:n reason:s"],
  run_error: ["run", "error_type:s message:s"],
  run_interrupted: ["run", "reason:s"],
  snapshot_committed: ["run", "run_id:s snapshot_id:s"],
  run_completed: ["run", "run_id:s"],
  run_failed: ["run", "run_id:s error:s"],
  run_cancelled: ["run", "run_id:s"],
  agent_status: ["status", "status:s"],
  notification: ["status", ""],
  agent_step_started: ["step", "step_number:n"],
  agent_step_updated: ["step", "step_id:s"],
  agent_step_completed: ["step", "step_number:n"],
  agent_continuation: ["step", "should_stop:b should_continue:b"],
  workflow_started: ["workflow", "workflow:s run_id:s"],
  workflow_step_started: ["workflow", "run_id:s step_id:s description:s"],
  workflow_step_completed: ["workflow", "run_id:s step_id:s"],
  workflow_transition: ["workflow", "run_id:s from_step:s to_step:s reason:s"],
  workflow_completed: ["workflow", "run_id:s result:o"],
  workflow_node_state_updated: ["workflow", "node_id:s"],
  workflow_run_created: ["workflow", "run_id:s"],
  workflow_run_updated: ["workflow", "run_id:s"],
  workflow_run_completed: ["workflow", "run_id:s"],
  workflow_run_failed: ["workflow", "run_id:s"],
  workflow_run_cancelled: ["workflow", "run_id:s"],
  workflow_run_paused: ["workflow", "run_id:s"],
  workflow_run_resumed: ["workflow", "run_id:s"],
  ingest_job_created: ["ingest_job", "job_id:s"],
  ingest_job_updated: ["ingest_job", "job_id:s"],
  ingest_job_completed: ["ingest_job", "job_id:s"],
  ingest_job_failed: ["ingest_job", "job_id:s"],
  ingest_job_cancelled: ["ingest_job", "job_id:s"],
  retrieval_started: ["retrieval", "query:s"],
  retrieval_result: ["retrieval", "documents:a"],
  automation_triggered: ["automation", "workflow:s trigger:s"],
  automation_completed: ["automation", "workflow:s result:s"],
  metrics_update: ["metrics", "cpu:n memory_used:s disk_free:s containers_running:n"],
  trace_created: ["trace", "trace_id:s"],
  trace_updated: ["trace", "trace_id:s"],
  log_created: ["log", "level:s message:s"],
  config_updated: ["config", "config:o"],
  custom_event: ["custom", "name:s value:*"],
  session_stream_started: ["control", "message:s cursor:s resume:s replayed:n"],
  stream_gap: ["control", "from:s to:s"],
  stream_closing: ["control", "reason:s reconnect:b"],
  heartbeat: ["control", "cursor:s"],
};

/** The types that play each part in the life of a session or run. */
export const roles = {
  starts_session: ["session_created", "session_started"],
  ends_session: ["session_ended"],
  deletes_session: ["session_deleted"],
  ends_run: ["run_completed", "run_failed", "run_cancelled"],
  control: ["session_stream_started", "stream_gap", "stream_closing", "heartbeat"],
} as const;
