using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.AgUi;

/// <summary>The events of an AG-UI server, of 1.0 and before it.</summary>
internal sealed class AgUiNormaliser : ISourceNormaliser
{
    /// <summary>Its name.</summary>
    public const string Named = AgUiNames.Vocabulary;

    private static readonly FrozenDictionary<string, Action<ProviderEvent>> Handlers = new Dictionary<string, Action<ProviderEvent>>(StringComparer.Ordinal)
    {
        ["RUN_STARTED"] = AgUiRuns.Start,
        ["RUN_FINISHED"] = AgUiRuns.Finish,
        ["RUN_ERROR"] = AgUiRuns.Fail,
        ["SUBAGENT_STARTED"] = AgUiRuns.StartSubagent,
        ["SUBAGENT_FINISHED"] = AgUiRuns.Finish,
        ["SUBAGENT_ERROR"] = AgUiRuns.Fail,
        ["STEP_STARTED"] = current => AgUiRuns.Step(current, "workflow_step_started"),
        ["STEP_FINISHED"] = current => AgUiRuns.Step(current, "workflow_step_completed"),
        ["TEXT_MESSAGE_START"] = AgUiTexts.Start,
        ["TEXT_MESSAGE_CONTENT"] = AgUiTexts.Content,
        ["TEXT_MESSAGE_END"] = current => AgUiTexts.End(current, isThought: false),
        ["TEXT_MESSAGE_CHUNK"] = AgUiTexts.Chunk,
        ["REASONING_MESSAGE_START"] = AgUiTexts.Thought,
        ["REASONING_MESSAGE_CONTENT"] = AgUiTexts.Thought,
        ["REASONING_MESSAGE_CHUNK"] = AgUiTexts.Thought,
        ["REASONING_MESSAGE_END"] = current => AgUiTexts.End(current, isThought: true),
        ["THINKING_TEXT_MESSAGE_START"] = AgUiTexts.Thought,
        ["THINKING_TEXT_MESSAGE_CONTENT"] = AgUiTexts.Thought,
        ["THINKING_TEXT_MESSAGE_END"] = current => AgUiTexts.End(current, isThought: true),
        ["TOOL_CALL_START"] = AgUiTools.Start,
        ["TOOL_CALL_ARGS"] = AgUiTools.Args,
        ["TOOL_CALL_END"] = AgUiTools.End,
        ["TOOL_CALL_CHUNK"] = AgUiTools.Chunk,
        ["TOOL_CALL_RESULT"] = AgUiTools.Result,
        ["STATE_SNAPSHOT"] = AgUiStates.Snapshot,
        ["STATE_DELTA"] = AgUiStates.Delta,
        ["MESSAGES_SNAPSHOT"] = AgUiMessages.Snapshot,
        ["CUSTOM"] = AgUiStates.Custom,
        [StreamMarks.Done] = ProviderRuns.Ended,
        [StreamMarks.Cut] = ProviderRuns.Ended,
        [StreamMarks.Over] = ProviderRuns.Ended,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Thoughts stand in spans, which say nothing that the thoughts don't say.
    private static readonly string[] Spans = ["REASONING_START", "REASONING_END", "THINKING_START", "THINKING_END"], MembersOfSpans = ["type", "messageId", "timestamp", "subagentRunId"];

    public string Name => Named;

    /// <summary>Whether it is the name of an event.</summary>
    public static bool Knows(string? type) => type is not null && (Handlers.ContainsKey(type) ? char.IsAsciiLetterUpper(type[0]) : Spans.Contains(type) || AgUiNames.Untold.Contains(type));

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context)
    {
        var type = JsonText.FirstText(frame, "type") ?? "unknown";
        if (Spans.Contains(type) && NativeBody.IsPlain(frame) && frame.EnumerateObject().All(member => MembersOfSpans.Contains(member.Name))) yield break;
        var isStart = type == "RUN_STARTED";
        var run = isStart || type == "RUN_FINISHED" ? JsonText.FirstScalar(frame, "runId") : null;
        var subagent = ProviderIds.RunOf(JsonText.FirstScalar(frame, "subagentRunId"));
        var at = NativeTime.Read(JsonText.Member(frame, "timestamp"));
        foreach (var native in ProviderIds.Read(this, frame, type, run, isOfResponse: isStart, isInput: false, context))
            yield return native with { Timestamp = at, RunId = native.Type == type ? subagent ?? native.RunId : native.RunId };
    }

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var current = new ProviderEvent(native, output);
        if (native.Timestamp is not null) current.Body.Drop("timestamp");
        if (current.Run is { } run) current.Body.DropCarried(run, "subagentRunId", "runId");
        (Handlers.GetValueOrDefault(native.Type) ?? AgUiStates.Other)(current);
    }
}
