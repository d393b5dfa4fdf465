using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Providers;

/// <summary>Tool calls of a response. The provider runs some tools itself; the others are its caller's.</summary>
internal static class ProviderTools
{
    /// <summary>The open call at a place of the response; null when there is none.</summary>
    public static ToolCall? At(ProviderEvent current, string part) => current.State.OpenToolCalls.LastOrDefault(call => call.Part == Key(part) && call.RunId == current.Run);

    /// <summary>Writes the start of a call.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="given">The source's id, if it has one.</param>
    /// <param name="name">The tool.</param>
    /// <param name="part">Where it stands in the response.</param>
    /// <param name="args">All arguments; null when they are to come.</param>
    /// <param name="isProviders">Whether the provider runs it.</param>
    /// <param name="payload">The start.</param>
    /// <returns>The call.</returns>
    public static ToolCallId Start(ProviderEvent current, string? given, string name, string part, JsonElement? args, bool isProviders, out PayloadWriter payload)
    {
        var call = current.Output.StartedCall(name, given, args is null ? null : ToolMembers.ArgsOf(args), current.Run, agent: null, areToCome: args is null);
        payload = current.Write(call.Known is { IsStarted: true, HasResult: false } ? "tool_call_updated" : "tool_call_started").Call(call).Text("tool_name", name).Args(args).Text("source_part", Key(part));
        if (isProviders) payload.Flag("provider_executed", true);
        return call;
    }

    /// <summary>Writes a piece of a call's arguments; those of some tools are any text.</summary>
    public static PayloadWriter ArgsDelta(ProviderEvent current, ToolCallId call, JsonElement delta, bool isJson = true) =>
        current.Write(isJson ? "tool_call_args_delta" : "tool_call_delta").Call(call).Json("delta", delta);

    /// <summary>Ends the arguments of a call.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="call">The call.</param>
    /// <param name="args">All of them, where the event repeats them.</param>
    /// <param name="rest">What else the event holds.</param>
    public static void EndArgs(ProviderEvent current, ToolCallId call, JsonElement? args, params ReadOnlySpan<NativeBody?> rest)
    {
        if (args is not null && call.Known?.Args?.IsSame(ToolMembers.ArgsOf(args)) is not true)
        {
            current.Write("tool_call_updated").Call(call).Args(args);
            current.Add();
        }
        current.Add(current.Write("tool_call_args_end").Call(call), rest);
    }

    /// <summary>Writes the result of a call, which may be one of an earlier response.</summary>
    public static PayloadWriter Result(ProviderEvent current, string? given, string? name, JsonElement? result, string? error)
    {
        var id = given is null ? null : NativeIds.Bounded(given);
        var outcome = ToolMembers.OutcomeOf(result, error is not null);
        var call = current.Output.EndedCall(name ?? "unknown", id, args: null, outcome, current.Run, agent: null, isScopeSaid: false);
        if (call.Known is null && id is not null && Newest(current, id) is { } earlier) call = ToolCallIds.Of(earlier);
        var payload = current.Write("tool_call_result").Call(call).Text("tool_name", name ?? (call.Known is { Name.Length: > 0 } known ? known.Name : "unknown")).Result(result);
        return error is null ? payload.Null("error") : payload.Text("error", error);
    }

    /// <summary>The words for what went wrong: a text, or the message or code of an object; null when nothing did.</summary>
    public static string? ErrorOf(JsonElement? error) => error switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.False } => null,
        { ValueKind: JsonValueKind.Object } members => JsonText.FirstText(members, "message", "error_code", "code", "type") ?? "failed",
        { } other => JsonText.ScalarText(other) ?? "failed",
    };

    // Where several calls of an id wait, the newest is meant.
    private static ToolCall? Newest(ProviderEvent current, string id) => current.State.ToolCalls(id).FirstOrDefault(call => !call.HasResult);

    private static string Key(string part) => NativeIds.Bounded(part);
}
