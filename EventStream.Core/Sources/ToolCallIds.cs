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
    /// <param name="agent">Its agent, when named.</param>
    /// <returns>A known call when the start is told again, or after the result; otherwise a new one.</returns>
    public static ToolCallId StartedCall(this NormalisedEvents output, string toolName, string? given, ToolValue? args, string? scope, string? agent, bool areToCome = false)
    {
        if (given is null) return EndedEarly(output, toolName, args, agent) is { } ended ? Of(ended) : new ToolCallId(output.NewToolCallId(toolName), null, null);
        if (output.State.FindToolCall(given, scope, agent) is not { } known) return New(output, given);
        if (!known.MayBeNamed(toolName) && (known.HasResult || !known.MayGrowTo(toolName))) return Earlier(output, given, toolName, args, scope, agent) is { } told && !IsToldAsBefore(output, told) ? Of(told) : Again(output, given);
        if (areToCome) return known is { HasResult: true, IsStarted: true } ? Again(output, given) : Of(known);
        if (args is not { } said || known.Args is { } knownArgs && knownArgs.IsSame(said)) return Of(known);
        if (Earlier(output, given, toolName, said, scope, agent) is { } earlier && (!known.HasResult || !IsToldAsBefore(output, earlier))) return Of(earlier);
        return known.IsStartedBy(said, scope) ? Of(known) : Again(output, given);
    }

    /// <summary>The call that ends: that of its id, else the oldest open call of this tool in this execution, else a new one.</summary>
    /// <param name="output">Knows the session.</param>
    /// <param name="toolName">The tool.</param>
    /// <param name="given">The native id, if it has one.</param>
    /// <param name="args">The arguments, if the result repeats them: those of another call tell that it isn't this one's.</param>
    /// <param name="outcome">The result: another one than that of an ended call is another call's.</param>
    /// <param name="scope">Its run, else its execution, when known.</param>
    /// <param name="agent">Its agent, when named: the result isn't that of another agent's call.</param>
    /// <param name="isScopeSaid">Whether the result says its scope; otherwise it is a guess.</param>
    public static ToolCallId EndedCall(this NormalisedEvents output, string toolName, string? given, ToolValue? args, ToolValue outcome, string? scope, string? agent, bool isScopeSaid = true)
    {
        if (given is null)
        {
            var open = output.State.OpenToolCalls.Where(call => call.IsNamed(toolName) && call.ExecutionId == output.Native.ExecutionId && call.MayBeOf(agent))
                .OrderByDescending(call => AgentNames.AreOne(call.Agent, agent)).FirstOrDefault();
            return open is null ? new ToolCallId(output.NewToolCallId(toolName), null, null) : Of(open);
        }
        var found = output.State.FindToolCall(given, scope, agent);
        if (OpenElsewhere(output, toolName, given, args, found, isScopeSaid ? scope : null, agent) is { } unsaid) return Of(unsaid);
        if (found is not { } newest) return New(output, given);
        if ((args is null || HasArgs(newest)) && newest.MayHaveEndedWith(outcome) && newest.MayBeNamed(toolName)) return Of(newest);
        var all = output.State.ToolCalls(given).Where(call => call.MayBeIn(scope) && call.MayBeOf(agent)).ToList();
        var calls = all.Where(call => call.MayBeNamed(toolName)).ToList();
        var ended = calls.FirstOrDefault(call => HasArgs(call) && call.MayHaveEndedWith(outcome))
            ?? calls.FirstOrDefault(call => !call.HasResult && call.MayHave(args))
            ?? calls.FirstOrDefault(call => call.MayHave(args) && call.MayHaveEndedWith(outcome))
            // A tool may be renamed while it runs.
            ?? all.FirstOrDefault(call => !call.HasResult && call.MayHave(args));
        return ended is null ? Again(output, given) : Of(ended);

        bool HasArgs(ToolCall call) => args is { } said && call.Args is { } known && known.IsSame(said);
    }

    // A result that doesn't say whose it is ends the one open call that it fits, before it repeats that of another agent or run.
    private static ToolCall? OpenElsewhere(NormalisedEvents output, string toolName, string given, ToolValue? args, ToolCall? found, string? scope, string? agent)
    {
        if (found is { HasResult: false } || (scope is not null && AgentNames.Named(agent) is not null)) return null;
        var open = output.State.ToolCalls(given).Where(call => !call.HasResult && call.MayBeIn(scope) && call.MayBeOf(agent) && call.MayBeNamed(toolName) && call.MayHave(args)
            && (found is null || call.Scope != found.Scope || !AgentNames.MayBeOne(call.Agent, found.Agent))).Take(2).ToList();
        return open is [var only] ? only : null;
    }

    /// <summary>The call that something in between is about, such as progress: that of its id, whether or not it is known.</summary>
    public static ToolCallId CallOf(this NormalisedEvents output, string given, string? scope, string? agent) =>
        output.State.FindToolCall(given, scope, agent) is { } known ? Of(known) : New(output, given);

    /// <summary>Writes which call it is.</summary>
    public static PayloadWriter Call(this PayloadWriter payload, ToolCallId call) => payload.Text("tool_call_id", call.Id).Text("source_tool_call_id", call.SourceId);

    public static ToolCallId Of(ToolCall known) => new(known.Id, known.SourceId, known);

    // A source that tells calls in several ways may tell an earlier one again in another way, after its id was used for a later one.
    private static bool IsToldAsBefore(NormalisedEvents output, ToolCall earlier) => earlier.StartedAs == output.Native.Type;

    private static ToolCall? Earlier(NormalisedEvents output, string given, string toolName, ToolValue? args, string? scope, string? agent) =>
        args is not { } said ? null : output.State.ToolCalls(given).FirstOrDefault(call => call.MayBeIn(scope) && call.MayBeOf(agent) && call.MayBeNamed(toolName) && call.Args is { } other && other.IsSame(said));

    // Of two results without ids the first is that of the first start. A start that is later than a result by its own time is another call's.
    private static ToolCall? EndedEarly(NormalisedEvents output, string toolName, ToolValue? args, string? agent) => output.State.EndedEarly.FirstOrDefault(call =>
        call.IsNamed(toolName) && call.MayBeOf(agent) && call.MayHave(args) && call.ExecutionId == output.Native.ExecutionId && output.IsNewToolCallId(call.Id, toolName)
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
