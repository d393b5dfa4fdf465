using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's runs, and those of ya-claw.</summary>
internal static class YaAgentRuns
{
    public static void Notice(YaAgentEvent heard) => Say(heard, heard.Native.Type);

    public static void Queued(YaAgentEvent heard) => Say(heard, "run_created");

    public static void Cancelled(YaAgentEvent heard) => Say(heard, "run_cancelled");

    /// <summary>With ya-claw an interrupted run is over: the notice comes first, then the end.</summary>
    public static void Interrupted(YaAgentEvent heard)
    {
        if (heard.Run is not null)
        {
            var reason = new NativeBody(heard.Body.Json).TakeText("termination_reason", "reason", "status");
            heard.Add(heard.Write("run_interrupted").Text("reason", reason ?? "interrupted"));
        }
        Say(heard, "run_cancelled");
    }

    /// <summary>The session of a run is the snapshot that it commits.</summary>
    public static void Snapshot(YaAgentEvent heard)
    {
        if (heard.Run is not { } run) heard.AddUnknown();
        else heard.AddWithRest(heard.Write("snapshot_committed").Text("run_id", run).Text("snapshot_id", heard.Body.TakeId("snapshot_id") ?? heard.Output.SessionId));
    }

    public static void Failed(YaAgentEvent heard)
    {
        if (heard.Run is not { } run) heard.AddUnknown();
        else heard.AddWithRest(heard.Write("run_failed").Text("run_id", run).Text("error", ErrorOf(heard.Body)));
    }

    public static string ErrorOf(NativeBody body) =>
        body.TakeId("error", "error_message", "message") ?? new NativeBody(body.Json).TakeText("error_type") ?? "unknown";

    private static void Say(YaAgentEvent heard, string type)
    {
        if (heard.Run is not { } run) heard.AddUnknown();
        else heard.AddWithRest(heard.Write(type).Text("run_id", run));
    }
}
