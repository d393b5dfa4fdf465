using EventStream.Events;
using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Cognesy;

internal static class CognesyStatus
{
    public static readonly ModelMember Status = Text("status");

    private static readonly ModelMember PreviousStatus = Text("previous_status");
    private static readonly ModelMember StopReason = Text("stop_reason");

    private static readonly ModelMember[] Members =
    [
        Text("assistant_name"), Whole("step_count", "steps"), Text("error_message"), Any("output"), Text("last_response"),
    ];

    public static void Changed(CognesyFrame frame, NormalisedEvents output)
    {
        if (frame.TakeText(Status) is { } status) Write(frame, output, status);
        else output.AddUnknown();
    }

    /// <summary>An execution was stopped: its end, with a status of its own, follows.</summary>
    public static void Stopped(CognesyFrame frame, NormalisedEvents output) => Write(frame, output, StatusOf(frame.Find(StopReason.Names)));

    private static void Write(CognesyFrame frame, NormalisedEvents output, string native)
    {
        var status = StatusMembers.Canonical(native);
        if (CognesyExecutions.IsProcessing(status)) CognesyExecutions.Begin(output);
        else CognesyExecutions.Find(output, CognesyExecutions.IsFinal(status));
        if (CognesyExecutions.IsFinal(status)) Lifecycle.EndMessages(output, output.Native.ExecutionId);

        var payload = output.Write("agent_status").Status(native);
        if (frame.TakeText(PreviousStatus) is { } previous)
        {
            payload.Text("previous_status", StatusMembers.Canonical(previous));
            if (StatusMembers.Canonical(previous) != previous) payload.Text("source_previous_status", previous);
        }
        payload.Text("agent", output.Native.AgentId);
        frame.WriteMembers(payload, Members);
        frame.Add(output, payload.Json(StopReason.Name, frame.Take(StopReason)));
    }

    // The same words as the broadcaster uses.
    private static string StatusOf(System.Text.Json.JsonElement? reason) => (reason is { } text ? JsonText.Text(text) : null) switch
    {
        "completed" => "completed",
        "error" => "failed",
        "user_requested" => "cancelled",
        _ => "stopped",
    };
}
