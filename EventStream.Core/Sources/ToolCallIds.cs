using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>Finds the tool call that a native event is about.</summary>
internal static class ToolCallIds
{
    /// <summary>The native id of a tool call; null when it has none.</summary>
    public static string? TakeToolCallId(this NativeBody body) => body.TakeId("tool_call_id", "toolCallId", "callId");

    /// <summary>The call that starts. Without an id of its own, one is made from where it happens.</summary>
    /// <param name="output">Knows the session.</param>
    /// <param name="toolName">The tool.</param>
    /// <param name="given">The native id, if it has one.</param>
    /// <param name="args">Its arguments; null when the event doesn't tell them, so that it may repeat any.</param>
    /// <param name="areToCome">Whether its arguments follow, so that it repeats no call that has its result.</param>
    /// <param name="scope">Its run, else its execution, when known.</param>
    /// <returns>A known call when the start is told again, or after the result; otherwise a new one.</returns>
    public static ToolCallId StartedCall(this NormalisedEvents output, string toolName, string? given, ToolValue? args, string? scope, bool areToCome = false)
    {
        if (given is null) return EndedEarly(output, toolName, args) is { } ended ? Of(ended) : new ToolCallId(output.NewToolCallId(toolName), null, null);
        if (output.State.FindToolCall(given, scope) is not { } known) return New(output, given);
        if (areToCome) return known is { HasResult: true, IsStarted: true } ? Again(output, given) : Of(known);
        // An earlier call may be told again, after its id was used for another one.
        if (args is not { } said || known.Args is { } knownArgs && knownArgs.IsSame(said)) return Of(known);
        if (Earlier(output, given, said, scope) is { } earlier) return Of(earlier);
        return known.IsStartedBy(said, scope) ? Of(known) : Again(output, given);
    }

    /// <summary>The call that ends: that of its id, else the oldest open call of this tool in this execution, else a new one.</summary>
    /// <param name="output">Knows the session.</param>
    /// <param name="toolName">The tool.</param>
    /// <param name="given">The native id, if it has one.</param>
    /// <param name="args">The arguments, if the result repeats them: those of another call tell that it isn't this one's.</param>
    /// <param name="outcome">The result: another one than that of an ended call is another call's.</param>
    /// <param name="scope">Its run, else its execution, when known.</param>
    public static ToolCallId EndedCall(this NormalisedEvents output, string toolName, string? given, ToolValue? args, ToolValue outcome, string? scope)
    {
        if (given is null)
        {
            var open = output.State.OpenToolCalls.FirstOrDefault(call => call.IsNamed(toolName) && call.ExecutionId == output.Native.ExecutionId);
            return open is null ? new ToolCallId(output.NewToolCallId(toolName), null, null) : Of(open);
        }
        if (output.State.FindToolCall(given, scope) is not { } newest) return New(output, given);
        if ((args is null || HasArgs(newest)) && newest.MayHaveEndedWith(outcome)) return Of(newest);
        var calls = output.State.ToolCalls(given).Where(call => call.MayBeIn(scope)).ToList();
        var ended = calls.FirstOrDefault(call => HasArgs(call) && call.MayHaveEndedWith(outcome))
            ?? calls.FirstOrDefault(call => !call.HasResult && call.MayHave(args))
            ?? calls.FirstOrDefault(call => call.MayHave(args) && call.MayHaveEndedWith(outcome));
        return ended is null ? Again(output, given) : Of(ended);

        bool HasArgs(ToolCall call) => args is { } said && call.Args is { } known && known.IsSame(said);
    }

    /// <summary>The call that something in between is about, such as progress: that of its id, whether or not it is known.</summary>
    public static ToolCallId CallOf(this NormalisedEvents output, string given, string? scope) =>
        output.State.FindToolCall(given, scope) is { } known ? Of(known) : New(output, given);

    /// <summary>Writes which call it is.</summary>
    public static PayloadWriter Call(this PayloadWriter payload, ToolCallId call) => payload.Text("tool_call_id", call.Id).Text("source_tool_call_id", call.SourceId);

    public static ToolCallId Of(ToolCall known) => new(known.Id, known.SourceId, known);

    private static ToolCall? Earlier(NormalisedEvents output, string given, ToolValue args, string? scope) =>
        output.State.ToolCalls(given).FirstOrDefault(call => call.MayBeIn(scope) && call.Args is { } other && other.IsSame(args));

    // Of two results without ids the first is that of the first start. A start that is later than a result by its own time is another call's.
    private static ToolCall? EndedEarly(NormalisedEvents output, string toolName, ToolValue? args) => output.State.EndedEarly.FirstOrDefault(call =>
        call.IsNamed(toolName) && call.MayHave(args) && call.ExecutionId == output.Native.ExecutionId && output.IsNewToolCallId(call.Id, toolName)
        && (output.Native.Timestamp is not { } begun || begun <= call.EndedEarlyAt));

    private static ToolCallId New(NormalisedEvents output, string given) => output.State.ToolCall(given) is null ? new ToolCallId(given, null, null) : Again(output, given);

    private static ToolCallId Again(NormalisedEvents output, string given)
    {
        var id = NativeIds.Again(given, output.State.Head.Offset + 1);
        // The source itself may use such an id.
        while (output.State.ToolCall(id) is not null) id += "~";
        return new ToolCallId(id, given, null);
    }
}
