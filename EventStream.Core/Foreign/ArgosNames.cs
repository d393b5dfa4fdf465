using System.Collections.Frozen;

namespace EventStream.Foreign;

/// <summary>The parts of Argos' vocabulary that its source and its dialect share.</summary>
internal static class ArgosNames
{
    /// <summary>The name of the source.</summary>
    public const string Source = "argos";

    /// <summary>The native events that carry a model: a job, run, step, message or node.</summary>
    public static FrozenSet<string> WithModel { get; } = FrozenSet.Create(StringComparer.Ordinal,
        "ingest.job.created", "ingest.job.queued", "ingest.job.pending", "ingest.job.updated", "ingest.job.running", "ingest.job.completed", "ingest.job.failed", "ingest.job.cancelled",
        "agent.run.created", "agent.run.pending", "agent.run.started", "agent.run.running", "agent.run.updated", "agent.run.pending_input", "agent.run.completed", "agent.run.failed", "agent.run.cancelled",
        "workflow.run.created", "workflow.run.updated", "workflow.run.completed", "workflow.run.failed", "workflow.run.cancelled", "workflow.run.paused", "workflow.run.resumed",
        "workflow.node_state.updated", "workflow.node.started", "workflow.node.progress", "workflow.node.completed", "workflow.node.failed",
        "agent.step.updated", "agent.step.started", "agent.step.completed", "agent.step.failed",
        "agent.message.appended");
}
