using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Tests.Support;

/// <summary>One payload of every canonical type with every member set; the snapshots are made from them.</summary>
internal static class SamplePayloads
{
    public static IReadOnlyList<CanonicalPayload> All { get; } =
    [
        new SessionCreated { Session = Json("""{"id":"test-session-123","title":"Deploy help","status":"active"}""") },
        new SessionUpdated { Session = Json("""{"id":"test-session-123","title":"Deploy help","status":"archived"}""") },
        new SessionStarted { SessionId = "test-session-123", Agent = "infrastructure_monitor", Metadata = Json("""{"user":"ada","labels":["demo"]}""") },
        new SessionEnded { SessionId = "test-session-123", Reason = "completed", Summary = "Checked 3 containers." },
        new SessionDeleted { Reason = "requested" },
        new MessageCreated { MessageId = "msg_1", Role = "tool", Content = "total 8", Name = "docker_list_containers", ToolCallId = "tc_1", CreatedAt = "2026-11-21T03:14:45.120Z", RunId = "run_1", ContextItemIds = ["ctx_1"] },
        new MessageUpdated { MessageId = "msg_1", Content = "Two containers are running.", Replace = true, Role = "tool", Name = "docker_list_containers", ToolCallId = "tc_1", CreatedAt = "2026-11-21T03:14:45.120Z" },
        new AgentMessageStart { MessageId = "msg_1", Agent = "infrastructure_monitor", Role = "assistant" },
        new AgentMessageDelta { MessageId = "msg_1", Delta = "Three containers are running – \"all\" healthy.\n", Agent = "infrastructure_monitor" },
        new AgentMessageEnd { MessageId = "msg_1", Content = "Three containers are running – \"all\" healthy.\n", Agent = "infrastructure_monitor", ContentTruncated = true },
        new AgentThoughtDelta { MessageId = "thought_1", Delta = "I should ", Agent = "infrastructure_monitor" },
        new AgentThought { Agent = "infrastructure_monitor", Content = "I should look at the containers first.", Debug = true, MessageId = "thought_1" },
        new ToolCallStarted { ToolCallId = "tc_1", ToolName = "docker_list_containers", Args = Json("""{"status":"running"}"""), Agent = "infrastructure_monitor", ArgsRaw = "{\"status\":\"run…", ArgsTruncated = true, ArgsSummary = "status: 'running'" },
        new ToolCallUpdated { ToolCallId = "tc_1", ToolName = "docker_list_containers", Args = Json("""{"status":"all"}"""), ArgsRaw = "{\"status\":\"a…", ArgsTruncated = true, Agent = "infrastructure_monitor" },
        new ToolCallDelta { ToolCallId = "tc_1", Delta = "Listed 2 of 3." },
        new ToolCallArgsDelta { ToolCallId = "tc_1", Delta = "{\"status\":" },
        new ToolCallArgsEnd { ToolCallId = "tc_1" },
        new ToolCallResult { ToolCallId = "tc_1", ToolName = "docker_list_containers", Result = Json("""["web","db","cache"]"""), Error = "1 container did not answer", Success = true, DurationMs = 250.5, Blocked = false, Agent = "infrastructure_monitor" },
        new ToolApprovalRequested { ApprovalId = "ap_1", RunId = "run_1", ToolCallId = "tc_1", ToolName = "docker_restart", Args = Json("""{"container":"web"}"""), Reason = "It restarts a server.", Agent = "infrastructure_monitor" },
        new ToolApprovalAnswered { ApprovalId = "ap_1", RunId = "run_1", Approved = true, Reason = "Nobody uses it now.", AnsweredBy = "ada", Agent = "infrastructure_monitor", ContinuedAs = "run_2" },
        new RunRequested { RunId = "run_1", Agent = "infrastructure_monitor", Input = Json("""{"question":"Is the web server up?"}"""), RequestedBy = "ada", ThreadId = "thread 1" },
        new RunCreated { RunId = "run_1", BaseSessionId = "snap_0", ParentRunId = "run_0", ParentToolCallId = "tc_0", Status = "pending", Agent = "infrastructure_monitor" },
        new RunStarted { RunId = "run_1", BaseSessionId = "snap_0" },
        new RunUpdated { RunId = "run_1", Status = "running", Agent = "infrastructure_monitor" },
        new RunAwaitingInput { RunId = "run_1", Status = "pending_input", Agent = "infrastructure_monitor" },
        new RunInterruptRequested { RunId = "run_1", Reason = "user_stop", RequestedBy = "ada", Agent = "infrastructure_monitor" },
        new RunSteered { RunId = "run_1", Message = "Look at the web server first.", RequestedBy = "ada", Agent = "infrastructure_monitor" },
        new RunRetry { RetryCount = 1, MaxRetries = 3, Reason = "rate limited" },
        new RunError { ErrorType = "tool_error", Message = "The disk is full.", Agent = "infrastructure_monitor", Step = "build", Traceback = "at Build()\n at Main()" },
        new RunInterrupted { Reason = "timeout", Step = "build" },
        new SnapshotCommitted { RunId = "run_1", SnapshotId = "snap_1", ParentSessionId = "snap_0" },
        new RunCompleted { RunId = "run_1", Output = Json("\"done\""), Usage = Json("""{"input_tokens":1200,"output_tokens":80}"""), StopReason = "end_turn", Agent = "infrastructure_monitor", Status = "completed" },
        new RunFailed { RunId = "run_1", Error = "The model did not answer.", ErrorType = "timeout", Agent = "infrastructure_monitor" },
        new RunCancelled { RunId = "run_1", TerminationReason = "user_stop" },
        new AgentStatus { Status = "tool_error", PreviousStatus = "tool", SourceStatus = "tool-error", Agent = "infrastructure_monitor", AssistantName = "PRM Assistant", StepCount = 2, ErrorMessage = "The disk is full.", Output = Json("""{"found":3}"""), LastResponse = "Found 3 programs." },
        new Notification { Message = "The disk is nearly full.", Severity = "warning", Value = Json("""{"disk_free":"1GB"}""") },
        new StateSnapshot { Snapshot = Json("""{"city":"Turin","steps":[{"name":"search","done":false}]}""") },
        new StateDelta { Delta = [Json("""{"op":"replace","path":"/steps/0/done","value":true}"""), Json("""{"op":"add","path":"/steps/-","value":{"name":"answer","done":false}}""")] },
        new AgentStepStarted { StepNumber = 1, MessageCount = 4, AvailableTools = Json("3") },
        new AgentStepUpdated { StepId = "step_1", RunId = "run_1", StepNumber = 1, NodeId = "retrieve", Status = "failed", Input = Json("\"restart policy\""), Output = Json("""{"documents":0}"""), Error = "The index is empty.", DurationMs = 1250, StartedAt = "2026-11-21T03:14:44.000Z", CompletedAt = "2026-11-21T03:14:45.250Z" },
        new AgentStepCompleted { StepNumber = 1, HasToolCalls = true, Errors = Json("0"), FinishReason = "tool_calls", Usage = Json("""{"input":500,"output":150}"""), DurationMs = 1250.5, Content = "I will look.", StatusType = "tool_call", ToolInfo = Json("""{"name":"docker_list_containers"}"""), Tokens = 650 },
        new AgentContinuation { ShouldStop = true, ShouldContinue = false, StepNumber = 2, StopReason = "steps_limit", ResolvedBy = "steps", Evaluations = [Json("""{"criterion":"steps","decision":"stop"}""")] },
        new WorkflowStarted { Workflow = "deploy", RunId = "run_1" },
        new WorkflowStepStarted { RunId = "run_1", StepId = "build", Description = "Build the image." },
        new WorkflowStepCompleted { RunId = "run_1", StepId = "build", Output = Json("""{"image":"web:42","size":12.50}""") },
        new WorkflowTransition { RunId = "run_1", FromStep = "build", ToStep = "test", Reason = "build succeeded" },
        new WorkflowCompleted { RunId = "run_1", Result = Json("""{"deployed":true}""") },
        new WorkflowNodeStateUpdated { NodeId = "retrieve", RunId = "run_1", Status = "failed", Progress = 0.5, Messages = ["Reading…"], StartedAt = "2026-11-21T03:14:44.000Z", CompletedAt = "2026-11-21T03:14:45.000Z", Error = "The index is empty." },
        new WorkflowRunCreated { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "pending", LastMessage = "Accepted", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new WorkflowRunUpdated { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "running", LastMessage = "Processing node: build", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new WorkflowRunCompleted { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "completed", LastMessage = "Done", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new WorkflowRunFailed { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "failed", LastMessage = "Node build failed", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new WorkflowRunCancelled { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "cancelled", LastMessage = "Stopped by ada", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new WorkflowRunPaused { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "paused", LastMessage = "Waiting", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new WorkflowRunResumed { RunId = "run_1", WorkflowId = "deploy", ProjectId = "project_1", Status = "running", LastMessage = "Going on", StartedAt = "2026-11-21T03:14:44.000Z", FinishedAt = "2026-11-21T03:14:45.000Z", ErrorMessage = "The image could not be built." },
        new IngestJobCreated { JobId = "job_1", ProjectId = "project_1", Status = "queued", Progress = 0, Stage = "indexing", Message = "Queued", ErrorMessage = "The file is not a PDF.", CreatedAt = "2026-11-21T03:14:44.000Z", UpdatedAt = "2026-11-21T03:14:45.000Z" },
        new IngestJobUpdated { JobId = "job_1", ProjectId = "project_1", Status = "running", Progress = 0.7, Stage = "indexing", Message = "Indexing", ErrorMessage = "The file is not a PDF.", CreatedAt = "2026-11-21T03:14:44.000Z", UpdatedAt = "2026-11-21T03:14:45.000Z" },
        new IngestJobCompleted { JobId = "job_1", ProjectId = "project_1", Status = "completed", Progress = 1, Stage = "indexing", Message = "Indexed 5 documents", ErrorMessage = "The file is not a PDF.", CreatedAt = "2026-11-21T03:14:44.000Z", UpdatedAt = "2026-11-21T03:14:45.000Z" },
        new IngestJobFailed { JobId = "job_1", ProjectId = "project_1", Status = "failed", Progress = 0.5, Stage = "indexing", Message = "Invalid format", ErrorMessage = "The file is not a PDF.", CreatedAt = "2026-11-21T03:14:44.000Z", UpdatedAt = "2026-11-21T03:14:45.000Z" },
        new IngestJobCancelled { JobId = "job_1", ProjectId = "project_1", Status = "cancelled", Progress = 0.5, Stage = "indexing", Message = "Stopped by ada", ErrorMessage = "The file is not a PDF.", CreatedAt = "2026-11-21T03:14:44.000Z", UpdatedAt = "2026-11-21T03:14:45.000Z" },
        new RetrievalStarted { Query = "restart policy", Agent = "librarian" },
        new RetrievalResult { Documents = [new RetrievedDocument("doc_1", 0.87, "Containers restart unless stopped.", Json("""{"page":4}"""))] },
        new AutomationTriggered { Workflow = "nightly_backup", Trigger = "schedule" },
        new AutomationCompleted { Workflow = "nightly_backup", Result = "12 files saved" },
        new MetricsUpdate { Cpu = 12.5, MemoryUsed = "3.2GB", DiskFree = "50GB", ContainersRunning = 3, Extra = Json("""{"load_1m":0.42}""") },
        new TraceCreated { TraceId = "trace_1", Name = "engine.run", Status = "running", DurationMs = 0.5, Metadata = Json("""{"message_id":"msg_1"}"""), CreatedAt = "2026-11-21T03:14:44.000Z", UpdatedAt = "2026-11-21T03:14:44.000Z" },
        new TraceUpdated { TraceId = "trace_1", Name = "engine.run", Status = "completed", DurationMs = 1840, Metadata = Json("""{"response_count":1}"""), CreatedAt = "2026-11-21T03:14:43.160Z", UpdatedAt = "2026-11-21T03:14:45.000Z" },
        new LogCreated { LogId = "log_1", Level = "info", Message = "Engine run started", Context = Json("""{"message_id":"msg_1"}"""), CreatedAt = "2026-11-21T03:14:45.000Z" },
        new ConfigUpdated { Config = Json("""{"theme":"dark","features":{"traces":true}}""") },
        new CustomEvent { Name = "execution-tree.updated", Value = Json("""{"agents":[null]}""") },
        new SessionStreamStarted { Message = "SSE connection established", Cursor = "1763694885123-42", Resume = "partial", Reason = "expired", Replayed = 3 },
        new StreamGap { From = "1763694885123-42", To = "1763694885123-57" },
        new StreamClosing { Reason = "rotation", Reconnect = true, RetryMs = 2345, Message = "types is empty." },
        new AuthExpiring { ExpiresAt = "2026-11-21T03:14:45.000Z" },
        new Heartbeat { Cursor = "1763694885123-42" },
    ];

    public static CanonicalPayload Of(CanonicalType type) => All.SingleOrDefault(payload => payload.GetType() == type.Record)
        ?? throw new InvalidOperationException($"SamplePayloads has no sample of {type.Name}: add one with every member set.");

    /// <summary>The envelope of a sample. All optional members are set that events of this kind have.</summary>
    public static Event Envelope(CanonicalType type)
    {
        var payload = EventPayload.From(Of(type));
        var bare = new Event
        {
            EventId = "0198b1f2-7c1e-7000-8000-000000000001",
            SessionId = "test-session-123",
            Timestamp = FixedTime.Now,
            Type = type.Name,
            Payload = payload,
        };
        return type.Role == EventRole.Control ? bare : bare with
        {
            RunId = "run_1",
            ProjectId = "project_1",
            AgentId = "infrastructure_monitor",
            Source = "eddie",
            SourceType = "native.name",
            ExecutionId = "exec_1",
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        };
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
