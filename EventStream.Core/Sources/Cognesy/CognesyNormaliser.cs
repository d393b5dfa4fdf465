using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Bus;

namespace EventStream.Sources.Cognesy;

/// <summary>Agents written with instructor-php: their broadcasts, those of an application around them, and the raw events inside.</summary>
internal sealed class CognesyNormaliser : ISourceNormaliser
{
    private static readonly FrozenDictionary<string, Action<CognesyFrame, NormalisedEvents>> Handlers = new Dictionary<string, Action<CognesyFrame, NormalisedEvents>>
    {
        ["agent.status"] = CognesyStatus.Changed,
        ["session.status"] = CognesyStatus.Changed,
        ["AgentStateUpdated"] = CognesyStatus.Changed,
        ["AgentExecutionStopped"] = CognesyStatus.Stopped,
        ["agent.step.started"] = CognesySteps.Started,
        ["step.started"] = CognesySteps.Started,
        ["AgentStepStarted"] = CognesySteps.Started,
        ["agent.step.completed"] = CognesySteps.Completed,
        ["step.completed"] = CognesySteps.Completed,
        ["AgentStepCompleted"] = CognesySteps.Completed,
        ["agent.continuation"] = CognesySteps.Continuation,
        ["ContinuationEvaluated"] = CognesySteps.Continuation,
        ["agent.tool.started"] = CognesyTools.Started,
        ["tool.called"] = CognesyTools.Started,
        ["ToolCallStarted"] = CognesyTools.Started,
        ["agent.tool.completed"] = CognesyTools.Completed,
        ["tool.completed"] = CognesyTools.Completed,
        ["ToolCallCompleted"] = CognesyTools.Completed,
        ["ToolCallBlocked"] = CognesyTools.Blocked,
        ["agent.stream.chunk"] = CognesyMessages.Chunk,
        ["stream.chunk"] = CognesyMessages.Chunk,
        ["execution.queued"] = CognesyRuns.Queued,
        ["execution.started"] = CognesyRuns.Started,
        ["AgentExecutionStarted"] = CognesyRuns.Started,
        ["execution.paused"] = CognesyRuns.Paused,
        ["AgentExecutionFailed"] = CognesyRuns.WentWrong,
        ["AgentFailed"] = CognesyRuns.WentWrong,
        ["AgentExecutionCompleted"] = CognesyRunEnds.Ended,
        ["AgentFinished"] = CognesyRunEnds.Ended,
        ["execution.completed"] = CognesyRunEnds.Completed,
        ["execution.failed"] = CognesyRunEnds.Failed,
        ["execution.cancelled"] = CognesyRunEnds.Cancelled,
    }.ToFrozenDictionary();

    public string Name => "cognesy";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context)
    {
        var read = CognesyFrame.Of(frame, context.Class);
        return
        [
            new NativeEvent
            {
                Source = this,
                Type = read.Type,
                Body = frame,
                SessionId = CognesyEnvelope.SessionOf(read),
                ProjectId = CognesyEnvelope.ProjectOf(read),
                ExecutionId = CognesyEnvelope.ExecutionOf(read),
                AgentId = CognesyEnvelope.AgentOf(read),
                EventId = CognesyEnvelope.EventIdOf(read),
                Timestamp = CognesyEnvelope.TimestampOf(read),
            },
        ];
    }

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var frame = CognesyFrame.Of(native.Body, native.Type);
        if (!frame.IsPlain || !Handlers.TryGetValue(frame.Type, out var handle))
        {
            CognesyExecutions.Find(output, orLast: false);
            output.AddUnknown();
            return;
        }
        frame.DropEnvelope(native);
        handle(frame, output);
    }
}
