using System.Text.Json;
using EventStream.Events;
using EventStream.Sessions;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Cognesy;

/// <summary>Streamed text. Its pieces name no message, so the text of each step of an execution becomes one message.</summary>
internal static class CognesyMessages
{
    private static readonly ModelMember Delta = Text("content", "chunk", "delta");

    public static void Chunk(CognesyFrame frame, NormalisedEvents output)
    {
        var isComplete = frame.Find("is_complete", "isComplete") is { ValueKind: JsonValueKind.True };
        if (frame.Take(Delta) is not { } delta)
        {
            output.AddUnknown();
            return;
        }
        if (isComplete && JsonText.Text(delta) is "") End(frame, output);
        else AddText(frame, output, delta, isComplete);
    }

    private static void End(CognesyFrame frame, NormalisedEvents output)
    {
        CognesyExecutions.Find(output, orLast: true);
        if (OpenOf(output) is not { } message)
        {
            output.AddUnknown();
            return;
        }
        var payload = output.Write("agent_message_end", message.RunId).Text("message_id", message.Id).Content(message).Text("agent", message.Agent);
        frame.Add(output, payload);
    }

    private static void AddText(CognesyFrame frame, NormalisedEvents output, JsonElement delta, bool isComplete)
    {
        CognesyExecutions.Begin(output);
        var step = StepOf(output);
        var id = TornOf(output, delta) ?? output.State.OpenMessages.LastOrDefault(message => IsOf(message, output, step))?.Id ?? LateOf(output);
        if (id is null)
        {
            id = $"{output.NewMessageId()}_{step}";
            if (output.State.OpenMessages.Count() >= SessionState.MaxOpenMessages) Lifecycle.EndMessage(output, output.State.OpenMessages.First());
            output.Write("agent_message_start").Text("message_id", id).Text("agent", output.Native.AgentId).Text("role", "assistant");
            output.Add();
        }
        frame.Add(output, output.Write("agent_message_delta").Text("message_id", id).Json("delta", delta).Text("agent", output.Native.AgentId));
        if (isComplete && output.State.Message(id) is { } said) Lifecycle.EndMessage(output, said);
    }

    private static OpenMessage? OpenOf(NormalisedEvents output)
    {
        var step = StepOf(output);
        return output.State.OpenMessages.LastOrDefault(message => IsOf(message, output, step))
            ?? output.State.OpenMessages.LastOrDefault(message => !message.IsThought && message.ExecutionId == output.Native.ExecutionId);
    }

    // The end of a step may come between the halves of a character, which stay in one message.
    private static string? TornOf(NormalisedEvents output, JsonElement delta)
    {
        if (!JsonText.TryWtf8(delta, out var text) || !Wtf8.BeginsWithSecondHalf(text)) return null;
        return output.State.OpenMessages.LastOrDefault(message => !message.IsThought && message.ExecutionId == output.Native.ExecutionId && Wtf8.OpenEndOf(message.Text.Wtf8Bytes) is not null)?.Id;
    }

    // A piece that comes after the end of its execution is of what was said last.
    private static string? LateOf(NormalisedEvents output) =>
        output.Native.ExecutionId is { } id && output.State.Execution(id) is { LastMessage: { } last } execution && CognesyExecutions.IsFinal(execution.Status) ? last : null;

    private static bool IsOf(OpenMessage message, NormalisedEvents output, string step) =>
        !message.IsThought && message.ExecutionId == output.Native.ExecutionId && message.Id.EndsWith($"_{step}", StringComparison.Ordinal);

    // Between two steps, text belongs to the next one, even before its start is reported.
    private static string StepOf(NormalisedEvents output)
    {
        var execution = output.Native.ExecutionId is { } id ? output.State.Execution(id) : null;
        return $"s{execution?.Step ?? ((execution?.LastStep ?? 0) + 1)}";
    }
}
