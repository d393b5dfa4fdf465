using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol's runs, and those of ya-claw.</summary>
internal static class YaAgentRuns
{
    public static void Notice(YaAgentEvent current) => AddRunEvent(current, current.Native.Type);

    public static void Queued(YaAgentEvent current) => AddRunEvent(current, "run_created");

    public static void Cancelled(YaAgentEvent current) => AddRunEvent(current, "run_cancelled");

    /// <summary>In ya-claw an interrupted run has ended: the notice comes first, then the end.</summary>
    public static void Interrupted(YaAgentEvent current)
    {
        if (current.Run is not null)
        {
            var reason = new NativeBody(current.Body.Json).TakeText("termination_reason", "reason", "status");
            current.Add(current.Write("run_interrupted").Text("reason", reason ?? "interrupted"));
        }
        AddRunEvent(current, "run_cancelled");
    }

    /// <summary>A snapshot without an id is named after the session.</summary>
    public static void Snapshot(YaAgentEvent current)
    {
        if (current.Run is not { } run) current.AddUnknown();
        else current.AddWithRemaining(current.Write("snapshot_committed").Text("run_id", run).Text("snapshot_id", current.Body.TakeId("snapshot_id") ?? current.Output.SessionId));
    }

    public static void Failed(YaAgentEvent current)
    {
        if (current.Run is not { } run) current.AddUnknown();
        else current.AddWithRemaining(current.Write("run_failed").Text("run_id", run).Text("error", ErrorOf(current.Body)));
    }

    public static string ErrorOf(NativeBody body) =>
        body.TakeName("error", "error_message", "message") ?? new NativeBody(body.Json).TakeText("error_type") ?? "unknown";

    private static void AddRunEvent(YaAgentEvent current, string type)
    {
        if (current.Run is not { } run) current.AddUnknown();
        else current.AddWithRemaining(current.Write(type).Text("run_id", run));
    }
}
