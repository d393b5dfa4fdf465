namespace EventStream.Sources.YaAgent;

/// <summary>The SDK's executions and pipelines, which become runs, and its other events.</summary>
internal static class SdkRuns
{
    public static void Other(YaAgentEvent current) => current.AddUnknown();

    /// <summary>A request to the model begins or ends, which ends the open messages.</summary>
    public static void Boundary(YaAgentEvent current)
    {
        SdkParts.EndFrom(current, firstIndex: 0);
        current.AddUnknown();
    }

    public static void Started(YaAgentEvent current)
    {
        if (IsOwn(current)) current.AddWithRemaining(current.Write("run_started").Text("run_id", current.Run));
        else current.AddUnknown();
    }

    public static void Completed(YaAgentEvent current)
    {
        if (IsOwn(current)) current.AddWithRemaining(current.Write("run_completed").Text("run_id", current.Run));
        else current.AddUnknown();
    }

    public static void Failed(YaAgentEvent current)
    {
        if (IsOwn(current)) YaAgentRuns.Failed(current);
        else current.AddUnknown();
    }

    public static void PipelineStarted(YaAgentEvent current)
    {
        if (current.Run is not { } run) current.AddUnknown();
        else current.AddWithRemaining(current.Write("run_started").Text("run_id", run));
    }

    public static void PipelineCompleted(YaAgentEvent current)
    {
        if (current.Run is not { } run) current.AddUnknown();
        else current.AddWithRemaining(current.Write("run_completed").Text("run_id", run).Json("output", current.Body.Take("reply")));
    }

    public static void PipelineFailed(YaAgentEvent current) => YaAgentRuns.Failed(current);

    // A subagent's execution must not end the run that it works for.
    private static bool IsOwn(YaAgentEvent current)
    {
        if (current.Run is not { } run) return false;
        if (current.State.Run(run) is { Agent: { } owner }) return owner == (current.Agent ?? YaAgentNames.MainAgent);
        return YaAgentNames.IsMain(current.Agent) || run == current.CorrelationId;
    }
}
