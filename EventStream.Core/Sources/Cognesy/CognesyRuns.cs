using EventStream.Events;
using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Cognesy;

/// <summary>Executions as runs: their ids are the runs' ids, on these events only.</summary>
internal static class CognesyRuns
{
    private static readonly ModelMember Error = Text("error", "error_message", "errorMessage", "content");
    private static readonly ModelMember ErrorType = Text("error_type");

    public static void Queued(CognesyFrame frame, NormalisedEvents output) => Begin(frame, output, "run_created", "queued");

    public static void Started(CognesyFrame frame, NormalisedEvents output) => Begin(frame, output, "run_started", status: null);

    public static void Paused(CognesyFrame frame, NormalisedEvents output) => Begin(frame, output, "run_updated", "paused");

    /// <summary>Something went wrong; the execution's end still follows.</summary>
    public static void WentWrong(CognesyFrame frame, NormalisedEvents output)
    {
        CognesyExecutions.Join(output);
        if (RunOf(output) is not { } run)
        {
            output.AddUnknown();
            return;
        }
        var type = frame.Take(ErrorType);
        var error = frame.Take(Error);
        var status = frame.TakeText(CognesyStatus.Status);
        var payload = output.Write("run_error", run);
        payload = type is { } known ? payload.Json("error_type", known) : payload.Text("error_type", "agent_failed");
        payload = error is { } said ? payload.Json("message", said) : payload.Text("message", "The execution failed.");
        frame.Add(output, payload.Text("agent", output.Native.AgentId).Text("run_id", run).Status(status));
    }

    /// <summary>The run: the caller's, else that of the native event's execution; null when its id can't be a run's.</summary>
    public static string? RunOf(NormalisedEvents output) => output.RunId ?? (output.Native.ExecutionId is { } id && EventRules.IsId(id) ? id : null);

    private static void Begin(CognesyFrame frame, NormalisedEvents output, string type, string? status)
    {
        CognesyExecutions.Begin(output);
        if (RunOf(output) is not { } run)
        {
            output.AddUnknown();
            return;
        }
        status = frame.TakeText(CognesyStatus.Status) ?? status;
        frame.Add(output, output.Write(type, run).Text("run_id", run).Text("agent", output.Native.AgentId).Status(status));
    }
}
