using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Cognesy;

/// <summary>The turns of an agent's loop.</summary>
internal static class CognesySteps
{
    private static readonly ModelMember StepNumber = Whole("step_number", "step");

    private static readonly ModelMember[] StartedMembers = [Number("message_count", "messages"), Any("available_tools", "tools")];

    private static readonly ModelMember[] CompletedMembers =
    [
        Flag("has_tool_calls"), Any("errors"), Text("finish_reason"), Object("usage"), Number("duration_ms"), Text("content"), Text("status_type"), Object("tool_info"), Number("tokens"),
    ];

    private static readonly ModelMember[] ContinuationMembers = [StepNumber, Text("stop_reason"), Text("resolved_by"), List("evaluations")];
    private static readonly string[] ShouldStop = ["should_stop", "shouldStop"];
    private static readonly string[] ShouldContinue = ["should_continue", "shouldContinue"];

    public static void Started(CognesyFrame frame, NormalisedEvents output) => Write(frame, output, "agent_step_started", CognesyExecutions.Begin, StartedMembers);

    public static void Completed(CognesyFrame frame, NormalisedEvents output) => Write(frame, output, "agent_step_completed", CognesyExecutions.Join, CompletedMembers);

    public static void Continuation(CognesyFrame frame, NormalisedEvents output)
    {
        if (Stops(frame) is not { } stops)
        {
            output.AddUnknown();
            return;
        }
        CognesyExecutions.Find(output, orLast: true);
        foreach (var body in frame.Bodies)
        {
            foreach (var name in ShouldStop) DropWhen(body, name, stops);
            foreach (var name in ShouldContinue) DropWhen(body, name, !stops);
        }
        var payload = output.Write("agent_continuation").Flag("should_stop", stops).Flag("should_continue", !stops);
        frame.WriteMembers(payload, ContinuationMembers);
        frame.Add(output, payload.Text("agent", output.Native.AgentId));
    }

    private static void Write(CognesyFrame frame, NormalisedEvents output, string type, Action<NormalisedEvents> chooseExecution, ModelMember[] members)
    {
        if (frame.Take(StepNumber) is not { } number)
        {
            output.AddUnknown();
            return;
        }
        chooseExecution(output);
        var payload = output.Write(type).Json("step_number", number);
        frame.WriteMembers(payload, members);
        frame.Add(output, payload.Text("agent", output.Native.AgentId));
    }

    // Newer raw events have neither member; they name the criterion that decided only when the agent stops.
    private static bool? Stops(CognesyFrame frame) =>
        Truth(frame.Find(ShouldStop)) ?? !Truth(frame.Find(ShouldContinue))
        ?? (frame.IsRaw && frame.Find("resolvedBy", "resolved_by") is { } resolvedBy ? JsonText.Text(resolvedBy) is { Length: > 0 } : null);

    private static bool? Truth(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static void DropWhen(NativeBody body, string name, bool value)
    {
        if (Truth(JsonText.Member(body.Json, name)) == value) body.Drop(name);
    }
}
