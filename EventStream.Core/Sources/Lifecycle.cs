using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>Closes what native events leave open.</summary>
internal static class Lifecycle
{
    // An event may take 256 KiB, and a character may take six bytes in JSON.
    private const int MaxContentBytes = 240 * 1024;

    /// <summary>Before a terminal event: ends the open messages and tool calls of the run, or of the whole session when that ends.</summary>
    public static void CloseWhatIsOpen(NormalisedEvents output, string type, string? runId)
    {
        var isRun = EventCatalogue.RoleOf(type) == EventRole.EndsRun;
        foreach (var message in output.State.OpenMessages.Where(message => !isRun || Belongs(message.RunId, message.ExecutionId)).ToList()) EndMessage(output, message);
        foreach (var call in output.State.OpenToolCalls.Where(call => !isRun || Belongs(call.RunId, call.ExecutionId)).ToList()) CancelToolCall(output, call);

        bool Belongs(string? run, string? execution) =>
            run is not null ? run == runId : execution is null || execution == output.Native.ExecutionId || execution == runId;
    }

    /// <summary>Ends the open messages of an execution; of the whole session when there is none.</summary>
    public static void EndMessages(NormalisedEvents output, string? executionId)
    {
        foreach (var message in output.State.OpenMessages.Where(message => executionId is null || message.ExecutionId is null || message.ExecutionId == executionId).ToList()) EndMessage(output, message);
    }

    /// <summary>Ends a message or thought with its whole text.</summary>
    public static void EndMessage(NormalisedEvents output, OpenMessage message)
    {
        var payload = output.WriteClosing(message.IsThought ? "agent_thought" : "agent_message_end", message.RunId)
            .Text("message_id", message.Id).Text("source_message_id", message.SourceId).Content(message).Text("agent", message.Agent);
        output.AddClosing(payload.Finish(), message.Agent, message.ProjectId, message.ExecutionId);
    }

    /// <summary>Writes the message's text as <c>content</c>: empty when the message is unknown, and empty with <c>content_truncated</c> when it is too long for an event.</summary>
    public static PayloadWriter Content(this PayloadWriter payload, OpenMessage? message)
    {
        if (message is null) return payload.Text("content", "");
        var isTooLong = message.IsCut || message.Text.Length > MaxContentBytes || EscapedLength(message.Text.Wtf8Bytes) > MaxContentBytes;
        payload.Text("content", isTooLong ? [] : message.Text.Wtf8Bytes);
        return isTooLong ? payload.Flag("content_truncated", true) : payload;
    }

    /// <summary>Ends a tool call that nobody will run.</summary>
    public static void CancelToolCall(NormalisedEvents output, ToolCall call)
    {
        var payload = output.WriteClosing("tool_call_result", call.RunId)
            .Call(ToolCallIds.Of(call)).Text("tool_name", call.Name).Null("result").Text("error", "cancelled").Text("agent", call.Agent);
        output.AddClosing(payload.Finish(), call.Agent, call.ProjectId, call.ExecutionId);
    }

    private static int EscapedLength(ReadOnlySpan<byte> wtf8)
    {
        var length = wtf8.Length;
        foreach (var octet in wtf8)
        {
            if (octet is (byte)'"' or (byte)'\\') length++;
            else if (octet is < 0x20 or 0x7F) length += 5;
        }
        // Half a surrogate pair takes three bytes, and six as an escape.
        while (Wtf8.TakeHalf(ref wtf8, out _, out _)) length += Wtf8.HalfLength;
        return length;
    }
}
