using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosWorkflows
{
    private static readonly ModelMember FrameError = Text("error_message");

    public static ArgosEntityKind Kind { get; } = new()
    {
        Family = "workflow_run",
        IdMember = "run_id",
        IdOf = ArgosRuns.IdOf,
        ModelIdNames = ArgosRuns.IdNames,
        WriteOutcome = (frame, run, _, payload) => frame.WriteErrorBeside(run, payload, FrameError),
        Members =
        [
            Text("workflow_id"), Text("last_message"), Text("started_at"), Text("finished_at"), Text("error_message"),
            Own("task_id"), Own("paused_at"), Own("cancelled_at"),
        ],
    };
}
