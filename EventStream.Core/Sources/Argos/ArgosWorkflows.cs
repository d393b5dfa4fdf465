using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosWorkflows
{
    private static readonly ModelMember[] Members =
    [
        Text("workflow_id"), Text("last_message"), Text("started_at"), Text("finished_at"), Text("error_message"),
        Own("task_id"), Own("paused_at"), Own("cancelled_at"),
    ];

    private static readonly ModelMember FrameError = Text("error_message");

    public static void Created(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "created", status: null);

    public static void Updated(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "updated", status: null);

    public static void Completed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "completed", "completed");

    public static void Failed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "failed", "failed");

    public static void Cancelled(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "cancelled", "cancelled");

    public static void Paused(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "paused", "paused");

    public static void Resumed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "resumed", "running");

    private static void Normalise(ArgosFrame frame, NormalisedEvents output, string meaning, string? status)
    {
        if (frame.Model is not { } run || frame.RunId is not { } id || id != output.RunId)
        {
            output.AddUnknown();
            return;
        }
        var entity = new ArgosEntity(run, status);
        if (entity.TypeOf(output, "workflow_run", id, meaning) is not { } type) return;

        run.DropId(id, "id", "run_id", "runId");
        var payload = output.Write(type).Text("run_id", id).Text("project_id", output.Native.ProjectId).Status(entity.Status);
        if (run.Find("error_message", "errorMessage") is null) payload.Member(frame.Body, FrameError);
        frame.Add(output, payload.Members(run, Members));
    }
}
