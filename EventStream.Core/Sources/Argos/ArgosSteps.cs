using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

/// <summary>Recorded steps. Events about nodes have the same names; the model in the frame tells them apart.</summary>
internal static class ArgosSteps
{
    private static readonly ModelMember[] Members =
    [
        Any("input"), Any("output"), Text("error", "error_message", "errorMessage"), Number("duration_ms"), Text("started_at"), Text("completed_at"),
        Own("kind"), Own("label"), Own("detail"),
    ];

    private static readonly ModelMember StepNumber = Whole("step_number");
    private static readonly ModelMember NodeId = Text("node_id", "workflow_node_id", "workflowNodeId");
    private static readonly ModelMember FrameError = Text("error", "error_message", "errorMessage");

    /// <summary>Handles the events of one native name.</summary>
    /// <param name="status">The status that the name says, for models without one.</param>
    public static Action<ArgosFrame, NormalisedEvents> Handler(string? status = null) => (frame, output) => Normalise(frame, output, status);

    private static void Normalise(ArgosFrame frame, NormalisedEvents output, string? status)
    {
        if (frame.IsNode)
        {
            ArgosNodes.Normalise(frame, output, status);
            return;
        }
        if (frame.Model is not { } step || step.TakeId("id", "step_id", "stepId") is not { } id)
        {
            output.AddUnknown();
            return;
        }
        var entity = new ArgosEntity(step, status);
        if (entity.Status is not null && (entity.IsRepeated(output, "agent_step", $"{output.RunId}/{id}") || entity.IsPast(output, $"{output.RunId}/{id}"))) return;

        step.DropCarried(output.RunId, "run_id", "runId", "agent_run_id", "agentRunId");
        var payload = output.Write("agent_step_updated").Text("step_id", id).Text("run_id", output.RunId).Member(step, StepNumber).Member(step, NodeId)
            .Text("project_id", output.Native.ProjectId).Status(entity.Status);
        frame.WriteErrorBeside(step, payload, FrameError);
        frame.Add(output, payload.Members(step, Members));
    }
}
