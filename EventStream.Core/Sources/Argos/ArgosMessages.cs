using EventStream.Foreign;
using EventStream.Sessions;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosMessages
{
    private static readonly ModelMember[] Members = [Text("role"), Text("content"), Text("created_at", "timestamp"), List("context_item_ids")];

    public static void Appended(ArgosFrame frame, NormalisedEvents output)
    {
        if (frame.Model is not { } message)
        {
            output.AddUnknown();
            return;
        }
        var given = message.TakeId("id", "message_id", "messageId");
        var id = given ?? output.NewMessageId();
        if (given is not null && output.State.KnowsEntity(SessionState.EntityKey("message", given)))
        {
            // Messages never change, so a known one is a repetition; another text under its id is another message.
            if (message.Find("content") is not { } content || output.State.HasMessage(given, output.RunId, content)) return;
            id = NativeIds.Again(given, output.State.Head.Offset + 1);
        }

        message.DropCarried(output.RunId, "run_id", "runId", "agent_run_id", "agentRunId");
        var payload = output.Write("message_created").Text("message_id", id).Text("source_message_id", id == given ? null : given).Text("run_id", output.RunId).Text("project_id", output.Native.ProjectId);
        frame.Add(output, payload.Members(message, Members));
    }
}
