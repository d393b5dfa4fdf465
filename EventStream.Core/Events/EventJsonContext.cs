using System.Text.Json.Serialization;
using EventStream.Events.Payloads;

namespace EventStream.Events;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionStarted))]
[JsonSerializable(typeof(SessionEnded))]
[JsonSerializable(typeof(SessionDeleted))]
[JsonSerializable(typeof(AgentMessageStart))]
[JsonSerializable(typeof(AgentMessageDelta))]
[JsonSerializable(typeof(AgentMessageEnd))]
[JsonSerializable(typeof(AgentThought))]
[JsonSerializable(typeof(ToolCallStarted))]
[JsonSerializable(typeof(ToolCallDelta))]
[JsonSerializable(typeof(ToolCallResult))]
[JsonSerializable(typeof(WorkflowStarted))]
[JsonSerializable(typeof(WorkflowStepStarted))]
[JsonSerializable(typeof(WorkflowStepCompleted))]
[JsonSerializable(typeof(WorkflowTransition))]
[JsonSerializable(typeof(WorkflowCompleted))]
[JsonSerializable(typeof(RunCreated))]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunInterruptRequested))]
[JsonSerializable(typeof(RunRetry))]
[JsonSerializable(typeof(RunError))]
[JsonSerializable(typeof(RunInterrupted))]
[JsonSerializable(typeof(SnapshotCommitted))]
[JsonSerializable(typeof(RunCompleted))]
[JsonSerializable(typeof(RunFailed))]
[JsonSerializable(typeof(RunCancelled))]
[JsonSerializable(typeof(RetrievalStarted))]
[JsonSerializable(typeof(RetrievalResult))]
[JsonSerializable(typeof(AutomationTriggered))]
[JsonSerializable(typeof(AutomationCompleted))]
[JsonSerializable(typeof(MetricsUpdate))]
[JsonSerializable(typeof(SessionStreamStarted))]
[JsonSerializable(typeof(StreamGap))]
[JsonSerializable(typeof(StreamClosing))]
[JsonSerializable(typeof(Heartbeat))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
