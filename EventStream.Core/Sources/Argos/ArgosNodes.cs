using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosNodes
{
    private static readonly string[] NodeId = ["node_id", "workflow_node_id", "workflowNodeId"];

    private static readonly ModelMember[] Members =
    [
        Number("progress"), List("messages"), Text("started_at"), Text("completed_at"), Text("error", "error_message", "errorMessage"), Own("last_activity_at"), Own("metrics"),
    ];

    private static readonly ModelMember FrameError = Text("error", "error_message", "errorMessage");

    /// <summary>Handles the events of one native name.</summary>
    /// <param name="status">The status that the name says, for models without one.</param>
    public static Action<ArgosFrame, NormalisedEvents> Handler(string? status = null) => (frame, output) => Normalise(frame, output, status);

    public static void Normalise(ArgosFrame frame, NormalisedEvents output, string? status)
    {
        if (frame.Model is not { } node || (node.TakeId(NodeId) ?? frame.Body.TakeId(NodeId)) is not { } id)
        {
            output.AddUnknown();
            return;
        }
        node.DropCarried(output.RunId, "run_id", "runId", "agent_run_id", "agentRunId");
        frame.Body.DropCarried(id, NodeId);
        var payload = output.Write("workflow_node_state_updated").Text("node_id", id).Text("run_id", output.RunId).Text("project_id", output.Native.ProjectId)
            .Status(node.TakeText("status") ?? status);
        frame.WriteErrorBeside(node, payload, FrameError);
        frame.Add(output, payload.Members(node, Members));
    }
}
