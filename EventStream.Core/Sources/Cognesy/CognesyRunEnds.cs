using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Cognesy;

/// <summary>The last event of an execution: completed, failed or cancelled.</summary>
internal static class CognesyRunEnds
{
    private static readonly ModelMember Output = Any("output", "content");
    private static readonly ModelMember Usage = Object("usage");
    private static readonly ModelMember StopReason = Text("stop_reason");
    private static readonly ModelMember Error = Text("error", "error_message", "errorMessage", "errors", "content");
    private static readonly ModelMember ErrorType = Text("error_type");

    public static void Ended(CognesyFrame frame, NormalisedEvents output)
    {
        var status = frame.TakeText(CognesyStatus.Status);
        End(frame, output, status, status is null ? "completed" : StatusMembers.Canonical(status));
    }

    public static void Completed(CognesyFrame frame, NormalisedEvents output) => End(frame, output, "completed");

    public static void Failed(CognesyFrame frame, NormalisedEvents output) => End(frame, output, "failed");

    public static void Cancelled(CognesyFrame frame, NormalisedEvents output) => End(frame, output, "cancelled");

    private static void End(CognesyFrame frame, NormalisedEvents output, string meaning) => End(frame, output, frame.TakeText(CognesyStatus.Status) ?? meaning, meaning);

    private static void End(CognesyFrame frame, NormalisedEvents output, string? status, string meaning)
    {
        CognesyExecutions.Join(output);
        if (CognesyRuns.RunOf(output) is not { } run)
        {
            output.AddUnknown();
            return;
        }
        var execution = output.Native.ExecutionId is { } id ? output.State.Execution(id) : null;
        var payload = output.Write(meaning switch { "failed" => "run_failed", "cancelled" => "run_cancelled", _ => "run_completed" }, run)
            .Text("run_id", run).Text("agent", output.Native.AgentId).Status(status);
        if (meaning == "failed") WriteError(frame, payload, execution?.Error);
        else if (meaning != "cancelled")
        {
            payload.Json("output", frame.Take(Output)).Json("usage", frame.Take(Usage));
            if (frame.Take(StopReason) is { } reason) payload.Json("stop_reason", reason);
            else if (meaning == "stopped") payload.Text("stop_reason", execution?.StopReason ?? "stopped");
        }
        frame.Add(output, payload);
    }

    private static void WriteError(CognesyFrame frame, PayloadWriter payload, string? known)
    {
        if (frame.Take(Error) is { } said) payload.Json("error", said);
        else payload.Text("error", known ?? "The execution failed.");
        payload.Json("error_type", frame.Take(ErrorType));
    }
}
