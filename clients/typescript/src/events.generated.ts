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
  readonly publisher?: string;
  /** The position in the log, as in the SSE `id:`; absent from events that aren't logged. */
  readonly id?: string;
}

/** The payload of each type of the catalogue. Payloads are open: further members may stand in them. */
export interface EventPayloads {
  session_created: {
    readonly session: { readonly [member: string]: unknown };
    readonly [member: string]: unknown;
  };
  session_updated: EventPayloads["session_created"];
  session_started: {
    readonly session_id: string;
    readonly agent?: string | null;
    readonly metadata?: { readonly [member: string]: unknown } | null;
    readonly [member: string]: unknown;
  };
  session_ended: {
    readonly session_id: string;
    readonly reason: string;
    readonly summary?: string | null;
    readonly [member: string]: unknown;
  };
  session_deleted: {
    readonly reason?: string | null;
    readonly [member: string]: unknown;
  };
  message_created: {
    readonly message_id: string;
    readonly role?: string | null;
    readonly content?: string | null;
    readonly name?: string | null;
    readonly tool_call_id?: string | null;
    readonly created_at?: string | null;
    readonly run_id?: string | null;
    readonly context_item_ids?: readonly string[] | null;
    readonly [member: string]: unknown;
  };
  message_updated: {
    readonly message_id: string;
    readonly content?: string | null;
    readonly replace?: boolean | null;
    readonly role?: string | null;
    readonly name?: string | null;
    readonly tool_call_id?: string | null;
    readonly created_at?: string | null;
    readonly [member: string]: unknown;
  };
  agent_message_start: {
    readonly message_id: string;
    readonly agent?: string | null;
    readonly role?: string | null;
    readonly [member: string]: unknown;
  };
  agent_message_delta: {
    readonly message_id: string;
    readonly delta: string;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  agent_message_end: {
    readonly message_id: string;
    readonly content: string;
    readonly agent?: string | null;
    readonly content_truncated?: boolean | null;
    readonly [member: string]: unknown;
  };
  agent_thought_delta: {
    readonly message_id?: string | null;
    readonly delta: string;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  agent_thought: {
    readonly agent?: string | null;
    readonly content: string;
    readonly debug?: boolean | null;
    readonly message_id?: string | null;
    readonly [member: string]: unknown;
  };
  tool_call_started: {
    readonly tool_call_id: string;
    readonly tool_name: string;
    readonly args: { readonly [member: string]: unknown };
    readonly agent?: string | null;
    readonly args_raw?: string | null;
    readonly args_truncated?: boolean | null;
    readonly args_summary?: string | null;
    readonly [member: string]: unknown;
  };
  tool_call_updated: {
    readonly tool_call_id: string;
    readonly tool_name?: string | null;
    readonly args?: { readonly [member: string]: unknown } | null;
    readonly args_raw?: string | null;
    readonly args_truncated?: boolean | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  tool_call_delta: {
    readonly tool_call_id: string;
    readonly delta: string;
    readonly [member: string]: unknown;
  };
  tool_call_args_delta: EventPayloads["tool_call_delta"];
  tool_call_args_end: {
    readonly tool_call_id: string;
    readonly [member: string]: unknown;
  };
  tool_call_result: {
    readonly tool_call_id: string;
    readonly tool_name: string;
    readonly result?: unknown;
    readonly error?: string | null;
    readonly success?: boolean | null;
    readonly duration_ms?: number | null;
    readonly blocked?: boolean | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  tool_approval_requested: {
    readonly approval_id: string;
    readonly run_id: string;
    readonly tool_call_id: string;
    readonly tool_name: string;
    readonly args: { readonly [member: string]: unknown };
    readonly reason?: string | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  tool_approval_answered: {
    readonly approval_id: string;
    readonly run_id: string;
    readonly approved: boolean;
    readonly reason?: string | null;
    readonly answered_by?: string | null;
    readonly agent?: string | null;
    readonly continued_as?: string | null;
    readonly [member: string]: unknown;
  };
  run_requested: {
    readonly run_id: string;
    readonly agent: string;
    readonly input?: unknown;
    readonly requested_by?: string | null;
    readonly thread_id?: string | null;
    readonly [member: string]: unknown;
  };
  run_created: {
    readonly run_id: string;
    readonly base_session_id?: string | null;
    readonly parent_run_id?: string | null;
    readonly parent_tool_call_id?: string | null;
    readonly status?: string | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  run_started: {
    readonly run_id: string;
    readonly base_session_id?: string | null;
    readonly [member: string]: unknown;
  };
  run_updated: {
    readonly run_id: string;
    readonly status?: string | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  run_awaiting_input: EventPayloads["run_updated"];
  run_interrupt_requested: {
    readonly run_id: string;
    readonly reason?: string | null;
    readonly requested_by?: string | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  run_steered: {
    readonly run_id: string;
    readonly message: string;
    readonly requested_by?: string | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  run_retry: {
    readonly retry_count: number;
    readonly max_retries: number;
    readonly reason: string;
    readonly [member: string]: unknown;
  };
  run_error: {
    readonly error_type: string;
    readonly message: string;
    readonly agent?: string | null;
    readonly step?: string | null;
    readonly traceback?: string | null;
    readonly [member: string]: unknown;
  };
  run_interrupted: {
    readonly reason: string;
    readonly step?: string | null;
    readonly [member: string]: unknown;
  };
  snapshot_committed: {
    readonly run_id: string;
    readonly snapshot_id: string;
    readonly parent_session_id?: string | null;
    readonly [member: string]: unknown;
  };
  run_completed: {
    readonly run_id: string;
    readonly output?: unknown;
    readonly usage?: { readonly [member: string]: unknown } | null;
    readonly stop_reason?: string | null;
    readonly agent?: string | null;
    readonly status?: string | null;
    readonly [member: string]: unknown;
  };
  run_failed: {
    readonly run_id: string;
    readonly error: string;
    readonly error_type?: string | null;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  run_cancelled: {
    readonly run_id: string;
    readonly termination_reason?: string | null;
    readonly [member: string]: unknown;
  };
  agent_status: {
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
  };
  notification: {
    readonly message?: string | null;
    readonly severity?: string | null;
    readonly value?: unknown;
    readonly [member: string]: unknown;
  };
  state_snapshot: {
    readonly snapshot: unknown;
    readonly [member: string]: unknown;
  };
  state_delta: {
    readonly delta: readonly unknown[];
    readonly [member: string]: unknown;
  };
  agent_step_started: {
    readonly step_number: number;
    readonly message_count?: number | null;
    readonly available_tools?: unknown;
    readonly [member: string]: unknown;
  };
  agent_step_updated: {
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
  };
  agent_step_completed: {
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
  };
  agent_continuation: {
    readonly should_stop: boolean;
    readonly should_continue: boolean;
    readonly step_number?: number | null;
    readonly stop_reason?: string | null;
    readonly resolved_by?: string | null;
    readonly evaluations?: readonly unknown[] | null;
    readonly [member: string]: unknown;
  };
  workflow_started: {
    readonly workflow: string;
    readonly run_id: string;
    readonly [member: string]: unknown;
  };
  workflow_step_started: {
    readonly run_id: string;
    readonly step_id: string;
    readonly description: string;
    readonly [member: string]: unknown;
  };
  workflow_step_completed: {
    readonly run_id: string;
    readonly step_id: string;
    readonly output?: unknown;
    readonly [member: string]: unknown;
  };
  workflow_transition: {
    readonly run_id: string;
    readonly from_step: string;
    readonly to_step: string;
    readonly reason: string;
    readonly [member: string]: unknown;
  };
  workflow_completed: {
    readonly run_id: string;
    readonly result: { readonly [member: string]: unknown };
    readonly [member: string]: unknown;
  };
  workflow_node_state_updated: {
    readonly node_id: string;
    readonly run_id?: string | null;
    readonly status?: string | null;
    readonly progress?: number | null;
    readonly messages?: readonly string[] | null;
    readonly started_at?: string | null;
    readonly completed_at?: string | null;
    readonly error?: string | null;
    readonly [member: string]: unknown;
  };
  workflow_run_created: {
    readonly run_id: string;
    readonly workflow_id?: string | null;
    readonly project_id?: string | null;
    readonly status?: string | null;
    readonly last_message?: string | null;
    readonly started_at?: string | null;
    readonly finished_at?: string | null;
    readonly error_message?: string | null;
    readonly [member: string]: unknown;
  };
  workflow_run_updated: EventPayloads["workflow_run_created"];
  workflow_run_completed: EventPayloads["workflow_run_created"];
  workflow_run_failed: EventPayloads["workflow_run_created"];
  workflow_run_cancelled: EventPayloads["workflow_run_created"];
  workflow_run_paused: EventPayloads["workflow_run_created"];
  workflow_run_resumed: EventPayloads["workflow_run_created"];
  ingest_job_created: {
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
  };
  ingest_job_updated: EventPayloads["ingest_job_created"];
  ingest_job_completed: EventPayloads["ingest_job_created"];
  ingest_job_failed: EventPayloads["ingest_job_created"];
  ingest_job_cancelled: EventPayloads["ingest_job_created"];
  retrieval_started: {
    readonly query: string;
    readonly agent?: string | null;
    readonly [member: string]: unknown;
  };
  retrieval_result: {
    readonly documents: readonly ({
      readonly id: string;
      readonly score: number;
      readonly content: string;
      readonly metadata?: { readonly [member: string]: unknown } | null;
    })[];
    readonly [member: string]: unknown;
  };
  automation_triggered: {
    readonly workflow: string;
    readonly trigger: string;
    readonly [member: string]: unknown;
  };
  automation_completed: {
    readonly workflow: string;
    readonly result: string;
    readonly [member: string]: unknown;
  };
  metrics_update: {
    readonly cpu: number;
    readonly memory_used: string;
    readonly disk_free: string;
    readonly containers_running: number;
    readonly extra?: { readonly [member: string]: unknown } | null;
    readonly [member: string]: unknown;
  };
  trace_created: {
    readonly trace_id: string;
    readonly name?: string | null;
    readonly status?: string | null;
    readonly duration_ms?: number | null;
    readonly metadata?: { readonly [member: string]: unknown } | null;
    readonly created_at?: string | null;
    readonly updated_at?: string | null;
    readonly [member: string]: unknown;
  };
  trace_updated: EventPayloads["trace_created"];
  log_created: {
    readonly log_id?: string | null;
    readonly level: string;
    readonly message: string;
    readonly context?: { readonly [member: string]: unknown } | null;
    readonly created_at?: string | null;
    readonly [member: string]: unknown;
  };
  config_updated: {
    readonly config: { readonly [member: string]: unknown };
    readonly [member: string]: unknown;
  };
  custom_event: {
    readonly name: string;
    readonly value: unknown;
    readonly [member: string]: unknown;
  };
  session_stream_started: {
    readonly message: string;
    readonly cursor: string;
    readonly resume: string;
    readonly reason?: string | null;
    readonly replayed: number;
    readonly [member: string]: unknown;
  };
  stream_gap: {
    readonly from: string;
    readonly to: string;
    readonly [member: string]: unknown;
  };
  stream_closing: {
    readonly reason: string;
    readonly reconnect: boolean;
    readonly retry_ms?: number | null;
    readonly message?: string | null;
    readonly [member: string]: unknown;
  };
  auth_expiring: {
    readonly expires_at: string;
    readonly [member: string]: unknown;
  };
  heartbeat: {
    readonly cursor: string;
    readonly [member: string]: unknown;
  };
}

/** The types of each family of the catalogue. */
export interface EventFamilies {
  session: "session_created" | "session_updated" | "session_started" | "session_ended" | "session_deleted";
  message: "message_created" | "message_updated" | "agent_message_start" | "agent_message_delta" | "agent_message_end";
  thought: "agent_thought_delta" | "agent_thought";
  tool: "tool_call_started" | "tool_call_updated" | "tool_call_delta" | "tool_call_args_delta" | "tool_call_args_end" | "tool_call_result" | "tool_approval_requested" | "tool_approval_answered";
  run: "run_requested" | "run_created" | "run_started" | "run_updated" | "run_awaiting_input" | "run_interrupt_requested" | "run_steered" | "run_retry" | "run_error" | "run_interrupted" | "snapshot_committed" | "run_completed" | "run_failed" | "run_cancelled";
  status: "agent_status" | "notification" | "state_snapshot" | "state_delta";
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
  control: "session_stream_started" | "stream_gap" | "stream_closing" | "auth_expiring" | "heartbeat";
}

/** The name of a type of the catalogue. */
export type EventType = keyof EventPayloads;

/** An event of one type, such as EventOf<"tool_call_started">, or of any of several. */
export type EventOf<T extends EventType> = T extends EventType
  ? EventEnvelope & { readonly type: T; readonly payload: EventPayloads[T] }
  : never;

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
  tool_approval_requested: ["tool", "approval_id:s run_id:s tool_call_id:s tool_name:s args:o"],
  tool_approval_answered: ["tool", "approval_id:s run_id:s approved:b"],
  run_requested: ["run", "run_id:s agent:s"],
  run_created: ["run", "run_id:s"],
  run_started: ["run", "run_id:s"],
  run_updated: ["run", "run_id:s"],
  run_awaiting_input: ["run", "run_id:s"],
  run_interrupt_requested: ["run", "run_id:s"],
  run_steered: ["run", "run_id:s message:s"],
  run_retry: ["run", "retry_count:n max_retries:n reason:s"],
  run_error: ["run", "error_type:s message:s"],
  run_interrupted: ["run", "reason:s"],
  snapshot_committed: ["run", "run_id:s snapshot_id:s"],
  run_completed: ["run", "run_id:s"],
  run_failed: ["run", "run_id:s error:s"],
  run_cancelled: ["run", "run_id:s"],
  agent_status: ["status", "status:s"],
  notification: ["status", ""],
  state_snapshot: ["status", "snapshot:*"],
  state_delta: ["status", "delta:a"],
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
  auth_expiring: ["control", "expires_at:s"],
  heartbeat: ["control", "cursor:s"],
};

/** The types that play each part in the life of a session or run. */
export const roles = {
  starts_session: ["session_created", "session_started"],
  ends_session: ["session_ended"],
  deletes_session: ["session_deleted"],
  command: ["tool_approval_answered", "run_interrupt_requested", "run_steered"],
  requests_run: ["run_requested"],
  starts_run: ["run_started"],
  ends_run: ["run_completed", "run_failed", "run_cancelled"],
  control: ["session_stream_started", "stream_gap", "stream_closing", "auth_expiring", "heartbeat"],
} as const;
