using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Tests.Support;

/// <summary>One payload of every canonical type with every member set: what the snapshots are made from.</summary>
internal static class SamplePayloads
{
    public static IReadOnlyList<CanonicalPayload> All { get; } =
    [
        new SessionStarted { SessionId = "test-session-123", Agent = "infrastructure_monitor", Metadata = Json("""{"user":"ada","labels":["demo"]}""") },
        new SessionEnded { SessionId = "test-session-123", Reason = "completed", Summary = "Checked 3 containers." },
        new SessionDeleted { Reason = "requested" },
        new AgentMessageStart { MessageId = "msg_1", Agent = "infrastructure_monitor" },
        new AgentMessageDelta { MessageId = "msg_1", Delta = "Three containers are running – \"all\" healthy.\n", Agent = "infrastructure_monitor" },
        new AgentMessageEnd { MessageId = "msg_1", Content = "Three containers are running – \"all\" healthy.\n", Agent = "infrastructure_monitor" },
        new AgentThought { Agent = "infrastructure_monitor", Content = "I should look at the containers first.", Debug = true },
        new ToolCallStarted { ToolCallId = "tc_1", ToolName = "docker_list_containers", Args = Json("""{"status":"running"}"""), Agent = "infrastructure_monitor" },
        new ToolCallDelta { ToolCallId = "tc_1", Delta = "Listed 2 of 3." },
        new ToolCallResult { ToolCallId = "tc_1", ToolName = "docker_list_containers", Result = Json("""["web","db","cache"]"""), Error = "1 container did not answer" },
        new WorkflowStarted { Workflow = "deploy", RunId = "run_1" },
        new WorkflowStepStarted { RunId = "run_1", StepId = "build", Description = "Build the image." },
        new WorkflowStepCompleted { RunId = "run_1", StepId = "build", Output = Json("""{"image":"web:42","size":12.50}""") },
        new WorkflowTransition { RunId = "run_1", FromStep = "build", ToStep = "test", Reason = "build succeeded" },
        new WorkflowCompleted { RunId = "run_1", Result = Json("""{"deployed":true}""") },
        new RunCreated { RunId = "run_1", BaseSessionId = "snap_0", ParentRunId = "run_0" },
        new RunStarted { RunId = "run_1", BaseSessionId = "snap_0" },
        new RunInterruptRequested { RunId = "run_1", Reason = "user_stop", RequestedBy = "ada" },
        new RunRetry { RetryCount = 1, MaxRetries = 3, Reason = "rate limited" },
        new RunError { ErrorType = "tool_error", Message = "The disk is full.", Agent = "infrastructure_monitor", Step = "build", Traceback = "at Build()\n at Main()" },
        new RunInterrupted { Reason = "timeout", Step = "build" },
        new SnapshotCommitted { RunId = "run_1", SnapshotId = "snap_1", ParentSessionId = "snap_0" },
        new RunCompleted { RunId = "run_1", Output = Json("\"done\""), Usage = Json("""{"input_tokens":1200,"output_tokens":80}"""), StopReason = "end_turn" },
        new RunFailed { RunId = "run_1", Error = "The model did not answer.", ErrorType = "timeout" },
        new RunCancelled { RunId = "run_1", TerminationReason = "user_stop" },
        new RetrievalStarted { Query = "restart policy", Agent = "librarian" },
        new RetrievalResult { Documents = [new RetrievedDocument("doc_1", 0.87, "Containers restart unless stopped.", Json("""{"page":4}"""))] },
        new AutomationTriggered { Workflow = "nightly_backup", Trigger = "schedule" },
        new AutomationCompleted { Workflow = "nightly_backup", Result = "12 files saved" },
        new MetricsUpdate { Cpu = 12.5, MemoryUsed = "3.2GB", DiskFree = "50GB", ContainersRunning = 3, Extra = Json("""{"load_1m":0.42}""") },
        new SessionStreamStarted { Message = "SSE connection established", Cursor = "1763694885123-42", Resume = "partial", Reason = "expired", Replayed = 3 },
        new StreamGap { From = "1763694885123-42", To = "1763694885123-57" },
        new StreamClosing { Reason = "rotation", Reconnect = true, RetryMs = 2345 },
        new Heartbeat { Cursor = "1763694885123-42" },
    ];

    public static CanonicalPayload Of(CanonicalType type) => All.Single(payload => payload.GetType() == type.Record);

    /// <summary>The envelope around a sample; its optional members are all set, as far as the kind of event has them.</summary>
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
