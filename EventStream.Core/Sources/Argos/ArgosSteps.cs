using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

/// <summary>Steps on record. Events of the same names tell of nodes too: what they carry decides.</summary>
internal static class ArgosSteps
{
    private static readonly ModelMember[] Members =
    [
        Any("input"), Any("output"), Text("error", "error_message", "errorMessage"), Number("duration_ms"), Text("started_at"), Text("completed_at"),
        Own("kind"), Own("label"), Own("detail"),
    ];

    private static readonly ModelMember StepNumber = Number("step_number");
    private static readonly ModelMember NodeId = Text("node_id", "workflow_node_id", "workflowNodeId");
    private static readonly ModelMember FrameError = Text("error", "error_message", "errorMessage");

    public static void Updated(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, status: null, ArgosNodes.Updated);

    public static void Started(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "running", ArgosNodes.Started);

    public static void Completed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "completed", ArgosNodes.Completed);

    public static void Failed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "failed", ArgosNodes.Failed);

    private static void Normalise(ArgosFrame frame, NormalisedEvents output, string? status, Action<ArgosFrame, NormalisedEvents> node)
    {
        if (frame.IsNode)
        {
            node(frame, output);
            return;
        }
        if (frame.Model is not { } step || step.TakeId("id", "step_id", "stepId") is not { } id)
        {
            output.AddUnknown();
            return;
        }
        var entity = new ArgosEntity(step, status);
        if (entity.Status is not null && entity.IsRepeated(output, "agent_step", id)) return;

        step.DropId(output.RunId, "run_id", "runId", "agent_run_id", "agentRunId");
        var payload = output.Write("agent_step_updated").Text("step_id", id).Text("run_id", output.RunId).Member(step, StepNumber).Member(step, NodeId)
            .Text("project_id", output.Native.ProjectId).Status(entity.Status);
        if (step.Find("error", "error_message", "errorMessage") is null) payload.Member(frame.Body, FrameError);
        frame.Add(output, payload.Members(step, Members));
    }
}
