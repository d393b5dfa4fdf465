using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Events;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>The native names and their handlers.</summary>
internal static class OpenAiNames
{
    private const string Chunk = "chat.completion.chunk";
    private const string Completion = "chat.completion";

    private static readonly FrozenDictionary<string, Action<ProviderEvent>> Handlers = new Dictionary<string, Action<ProviderEvent>>(StringComparer.Ordinal)
    {
        ["response.created"] = Responses.Created,
        ["response.queued"] = Responses.Created,
        ["response.in_progress"] = Responses.Created,
        ["response.completed"] = Responses.Ended,
        ["response.incomplete"] = Responses.Ended,
        ["response.failed"] = Responses.Ended,
        ["response.cancelled"] = Responses.Ended,
        ["response"] = Responses.Whole,
        ["error"] = Responses.Error,
        ["response.output_item.added"] = ResponseItems.Added,
        ["response.output_item.done"] = ResponseItems.Done,
        ["response.content_part.added"] = ResponseTexts.PartAdded,
        ["response.content_part.done"] = ResponseTexts.PartDone,
        ["response.output_text.delta"] = ResponseTexts.Delta,
        ["response.output_text.done"] = ResponseTexts.Done,
        ["response.refusal.delta"] = ResponseTexts.Delta,
        ["response.refusal.done"] = ResponseTexts.Done,
        ["response.audio.transcript.delta"] = ResponseTexts.TranscriptDelta,
        ["response.audio.transcript.done"] = ResponseTexts.TranscriptDone,
        ["response.reasoning_summary_part.added"] = ResponseThoughts.PartAdded,
        ["response.reasoning_summary_part.done"] = ResponseThoughts.Done,
        ["response.reasoning_summary_text.delta"] = ResponseThoughts.Delta,
        ["response.reasoning_summary_text.done"] = ResponseThoughts.Done,
        ["response.reasoning_text.delta"] = ResponseThoughts.Delta,
        ["response.reasoning_text.done"] = ResponseThoughts.Done,
        ["response.function_call_arguments.delta"] = ResponseTools.ArgsDelta,
        ["response.function_call_arguments.done"] = ResponseTools.ArgsDone,
        ["response.mcp_call_arguments.delta"] = ResponseTools.ArgsDelta,
        ["response.mcp_call_arguments.done"] = ResponseTools.ArgsDone,
        ["response.custom_tool_call_input.delta"] = ResponseTools.Progress,
        ["response.custom_tool_call_input.done"] = ResponseTools.ArgsDone,
        ["response.code_interpreter_call_code.delta"] = ResponseTools.Progress,
        ["response.code_interpreter_call_code.done"] = ResponseTools.ArgsDone,
        [Chunk] = ChatCompletions.Chunk,
        [Completion] = ChatCompletions.Whole,
        [StreamMarks.Done] = ProviderRuns.Ended,
        [StreamMarks.Cut] = ProviderRuns.Ended,
        [StreamMarks.Over] = ProviderRuns.Ended,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name: <c>type</c>, else what <c>object</c> says it is, else what its members look like.</summary>
    public static string TypeOf(JsonElement frame)
    {
        if (JsonText.FirstText(frame, "type") is { } type) return type;
        if (JsonText.FirstText(frame, "object") is { } name) return name;
        if (JsonText.Member(frame, "choices") is { ValueKind: JsonValueKind.Array } choices)
            return choices.EnumerateArray().Any(choice => JsonText.Member(choice, "message") is not null) ? Completion : Chunk;
        if (JsonText.Member(frame, "error") is { ValueKind: not JsonValueKind.Null }) return "error";
        return JsonText.FirstText(frame, "role") is not null ? "message" : "unknown";
    }

    /// <summary>Whether the event names its response.</summary>
    public static bool IsResponse(string type) => type is Chunk or Completion or "response" || (Find(type) is { } handler && (handler == Responses.Created || handler == Responses.Ended));

    /// <summary>Whether it is what a caller says to the model.</summary>
    public static bool IsInput(string type) => type == "message" || ResponseItems.IsItem(type);

    public static Action<ProviderEvent>? Find(string type)
    {
        if (Handlers.TryGetValue(type, out var handler)) return handler;
        // The steps of tools that the provider runs, such as response.web_search_call.searching.
        if (type.StartsWith("response.", StringComparison.Ordinal)) return type.Split('.') is [_, var tool, _] && (tool.EndsWith("_call", StringComparison.Ordinal) || tool == "mcp_list_tools") ? ResponseTools.Progress : null;
        return type == "message" ? Inputs.Message : ResponseItems.IsItem(type) ? Inputs.Item : null;
    }
}
