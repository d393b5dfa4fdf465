using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosRuns
{
    private static readonly ModelMember[] Members =
    [
        Own("workflow_id"), Own("input_query"), Own("input_prompt"), Any("output_summary"), Own("context_item_ids"), Own("started_at"), Own("finished_at"),
    ];

    private static readonly ModelMember Output = Any("output", "output_summary", "outputSummary");
    private static readonly ModelMember FrameError = Text("error", "error_message", "errorMessage");
    private static readonly ModelMember ModelError = Text("error", "error_message", "errorMessage", "output_summary", "outputSummary");

    public static void Created(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "created", status: null);

    public static void Pending(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "created", "pending");

    public static void Started(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "started", "running");

    public static void Updated(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "updated", status: null);

    public static void AwaitingInput(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "awaiting_input", "pending_input");

    public static void Completed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "completed", "completed");

    public static void Failed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "failed", "failed");

    public static void Cancelled(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "cancelled", "cancelled");

    private static void Normalise(ArgosFrame frame, NormalisedEvents output, string meaning, string? status)
    {
        if (frame.Model is not { } run || frame.RunId is not { } id || id != output.RunId)
        {
            output.AddUnknown();
            return;
        }
        var entity = new ArgosEntity(run, status);
        if (entity.TypeOf(output, "run", id, meaning) is not { } type) return;

        run.DropId(id, "id", "run_id", "runId");
        run.DropId(output.Native.AgentId, "agent_id", "agentId");
        var payload = output.Write(type).Text("run_id", id).Text("agent", output.Native.AgentId).Text("project_id", output.Native.ProjectId).Status(entity.Status);
        if (type == "run_completed") payload.Member(run, Output);
        if (type == "run_failed") WriteError(frame, run, payload);
        frame.Add(output, payload.Members(run, Members));
    }

    // The text of an error stands beside the run, else where its output would be.
    private static void WriteError(ArgosFrame frame, NativeBody run, PayloadWriter payload)
    {
        if (FrameError.TakeFrom(frame.Body) is { } beside) payload.Json("error", beside);
        else if (ModelError.TakeFrom(run) is { } inside) payload.Json("error", inside);
        else payload.Text("error", "failed");
    }
}
