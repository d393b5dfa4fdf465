using System.Collections.Frozen;

namespace EventStream.Api.Streaming.Requests;

/// <summary>A kind of what is watched as such: ingest jobs, runs, workflow runs.</summary>
/// <param name="Name">In words.</param>
/// <param name="Prefix">What the canonical types of its own events begin with.</param>
/// <param name="IdMember">The member of the payload that names it; null when the envelope does, as its run.</param>
internal sealed record EntityKind(string Name, string Prefix, string? IdMember = null)
{
    public static readonly EntityKind IngestJob = new("ingest job", "ingest_job_", "job_id");
    public static readonly EntityKind AgentRun = new("agent run", "run_");
    public static readonly EntityKind WorkflowRun = new("workflow run", "workflow_run_");

    private static readonly string[] Prefixes = [IngestJob.Prefix, AgentRun.Prefix, WorkflowRun.Prefix];

    /// <summary>The types that end it.</summary>
    public FrozenSet<string> EndTypes { get; } = [$"{Prefix}completed", $"{Prefix}failed", $"{Prefix}cancelled"];

    public bool Has(string type) => type.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether an event tells of a job or run of another kind.</summary>
    public bool Excludes(string type) => !Has(type) && Prefixes.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal));
}
