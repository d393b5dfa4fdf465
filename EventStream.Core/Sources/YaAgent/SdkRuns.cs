namespace EventStream.Sources.YaAgent;

/// <summary>The SDK's executions and pipelines, which are runs, and its other events.</summary>
internal static class SdkRuns
{
    public static void Other(YaAgentEvent heard) => heard.AddUnknown();

    /// <summary>A request to the model begins or is over, and so is whatever was said before.</summary>
    public static void Boundary(YaAgentEvent heard)
    {
        SdkParts.EndFrom(heard, firstIndex: 0);
        heard.AddUnknown();
    }

    public static void Started(YaAgentEvent heard)
    {
        if (IsOwn(heard)) heard.AddWithRest(heard.Write("run_started").Text("run_id", heard.Run));
        else heard.AddUnknown();
    }

    public static void Completed(YaAgentEvent heard)
    {
        if (IsOwn(heard)) heard.AddWithRest(heard.Write("run_completed").Text("run_id", heard.Run));
        else heard.AddUnknown();
    }

    public static void Failed(YaAgentEvent heard)
    {
        if (IsOwn(heard)) YaAgentRuns.Failed(heard);
        else heard.AddUnknown();
    }

    public static void PipelineStarted(YaAgentEvent heard)
    {
        if (heard.Run is not { } run) heard.AddUnknown();
        else heard.AddWithRest(heard.Write("run_started").Text("run_id", run));
    }

    public static void PipelineCompleted(YaAgentEvent heard)
    {
        if (heard.Run is not { } run) heard.AddUnknown();
        else heard.AddWithRest(heard.Write("run_completed").Text("run_id", run).Json("output", heard.Body.Take("reply")));
    }

    public static void PipelineFailed(YaAgentEvent heard) => YaAgentRuns.Failed(heard);

    // A subagent's execution must not end the run that it works for.
    private static bool IsOwn(YaAgentEvent heard)
    {
        if (heard.Run is not { } run) return false;
        if (heard.State.Run(run) is { Agent: { } owner }) return owner == (heard.Agent ?? YaAgentNames.MainAgent);
        return YaAgentNames.IsMain(heard.Agent) || run == heard.CorrelationId;
    }
}
