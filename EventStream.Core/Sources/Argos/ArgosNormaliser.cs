using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Foreign;

namespace EventStream.Sources.Argos;

/// <summary>Ingest jobs, agent runs and workflows of projects; a system without sessions.</summary>
internal sealed class ArgosNormaliser : ISourceNormaliser
{
    private static readonly FrozenDictionary<string, Action<ArgosFrame, NormalisedEvents>> Handlers = new Dictionary<string, Action<ArgosFrame, NormalisedEvents>>
    {
        [ArgosFrame.ErrorType] = ArgosErrors.Normalise,
        ["ingest.job.created"] = ArgosJobs.Created,
        ["ingest.job.queued"] = ArgosJobs.Queued,
        ["ingest.job.pending"] = ArgosJobs.Pending,
        ["ingest.job.updated"] = ArgosJobs.Updated,
        ["ingest.job.running"] = ArgosJobs.Running,
        ["ingest.job.completed"] = ArgosJobs.Completed,
        ["ingest.job.failed"] = ArgosJobs.Failed,
        ["ingest.job.cancelled"] = ArgosJobs.Cancelled,
        ["agent.run.created"] = ArgosRuns.Created,
        ["agent.run.pending"] = ArgosRuns.Pending,
        ["agent.run.started"] = ArgosRuns.Started,
        ["agent.run.running"] = ArgosRuns.Started,
        ["agent.run.updated"] = ArgosRuns.Updated,
        ["agent.run.pending_input"] = ArgosRuns.AwaitingInput,
        ["agent.run.completed"] = ArgosRuns.Completed,
        ["agent.run.failed"] = ArgosRuns.Failed,
        ["agent.run.cancelled"] = ArgosRuns.Cancelled,
        ["workflow.run.created"] = ArgosWorkflows.Created,
        ["workflow.run.updated"] = ArgosWorkflows.Updated,
        ["workflow.run.completed"] = ArgosWorkflows.Completed,
        ["workflow.run.failed"] = ArgosWorkflows.Failed,
        ["workflow.run.cancelled"] = ArgosWorkflows.Cancelled,
        ["workflow.run.paused"] = ArgosWorkflows.Paused,
        ["workflow.run.resumed"] = ArgosWorkflows.Resumed,
        ["workflow.node_state.updated"] = ArgosNodes.Updated,
        ["workflow.node.started"] = ArgosNodes.Started,
        ["workflow.node.progress"] = ArgosNodes.Updated,
        ["workflow.node.completed"] = ArgosNodes.Completed,
        ["workflow.node.failed"] = ArgosNodes.Failed,
        ["agent.step.updated"] = ArgosSteps.Updated,
        ["agent.step.started"] = ArgosSteps.Started,
        ["agent.step.completed"] = ArgosSteps.Completed,
        ["agent.step.failed"] = ArgosSteps.Failed,
        ["agent.message.appended"] = ArgosMessages.Appended,
    }.ToFrozenDictionary();

    public string Name => ArgosNames.Source;

    /// <summary>The native names that have a handler of their own.</summary>
    public static IEnumerable<string> Names => Handlers.Keys;

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context)
    {
        var read = ArgosFrame.Of(frame);
        return
        [
            new NativeEvent
            {
                Source = this,
                Type = read.Type,
                Body = frame,
                SessionId = read.RunId ?? read.JobId ?? context.RunId,
                RunId = read.RunId,
                ProjectId = read.ProjectId,
                AgentId = read.AgentId,
                EventId = read.EventId,
                Timestamp = read.Timestamp,
            },
        ];
    }

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var frame = ArgosFrame.Of(native.Body);
        if (!frame.IsPlain || (frame.Type == ArgosFrame.ErrorType && !frame.IsError) || !Handlers.TryGetValue(frame.Type, out var handle))
        {
            output.AddUnknown();
            return;
        }
        frame.DropEnvelope(native);
        handle(frame, output);
    }
}
