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
        ["ingest.job.created"] = ArgosJobs.Kind.Handler("created"),
        ["ingest.job.queued"] = ArgosJobs.Kind.Handler("created", "queued"),
        ["ingest.job.pending"] = ArgosJobs.Kind.Handler("created", "pending"),
        ["ingest.job.updated"] = ArgosJobs.Kind.Handler("updated"),
        ["ingest.job.running"] = ArgosJobs.Kind.Handler("updated", "running"),
        ["ingest.job.completed"] = ArgosJobs.Kind.Handler("completed", "completed"),
        ["ingest.job.failed"] = ArgosJobs.Kind.Handler("failed", "failed"),
        ["ingest.job.cancelled"] = ArgosJobs.Kind.Handler("cancelled", "cancelled"),
        ["agent.run.created"] = ArgosRuns.Kind.Handler("created"),
        ["agent.run.pending"] = ArgosRuns.Kind.Handler("created", "pending"),
        ["agent.run.started"] = ArgosRuns.Kind.Handler("started", "running"),
        ["agent.run.running"] = ArgosRuns.Kind.Handler("started", "running"),
        ["agent.run.updated"] = ArgosRuns.Kind.Handler("updated"),
        ["agent.run.pending_input"] = ArgosRuns.Kind.Handler("awaiting_input", "pending_input"),
        ["agent.run.completed"] = ArgosRuns.Kind.Handler("completed", "completed"),
        ["agent.run.failed"] = ArgosRuns.Kind.Handler("failed", "failed"),
        ["agent.run.cancelled"] = ArgosRuns.Kind.Handler("cancelled", "cancelled"),
        ["workflow.run.created"] = ArgosWorkflows.Kind.Handler("created"),
        ["workflow.run.updated"] = ArgosWorkflows.Kind.Handler("updated"),
        ["workflow.run.completed"] = ArgosWorkflows.Kind.Handler("completed", "completed"),
        ["workflow.run.failed"] = ArgosWorkflows.Kind.Handler("failed", "failed"),
        ["workflow.run.cancelled"] = ArgosWorkflows.Kind.Handler("cancelled", "cancelled"),
        ["workflow.run.paused"] = ArgosWorkflows.Kind.Handler("paused", "paused"),
        ["workflow.run.resumed"] = ArgosWorkflows.Kind.Handler("resumed", "running"),
        ["workflow.node_state.updated"] = ArgosNodes.Handler(),
        ["workflow.node.started"] = ArgosNodes.Handler("running"),
        ["workflow.node.progress"] = ArgosNodes.Handler(),
        ["workflow.node.completed"] = ArgosNodes.Handler("completed"),
        ["workflow.node.failed"] = ArgosNodes.Handler("failed"),
        ["agent.step.updated"] = ArgosSteps.Handler(),
        ["agent.step.started"] = ArgosSteps.Handler("running"),
        ["agent.step.completed"] = ArgosSteps.Handler("completed"),
        ["agent.step.failed"] = ArgosSteps.Handler("failed"),
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
