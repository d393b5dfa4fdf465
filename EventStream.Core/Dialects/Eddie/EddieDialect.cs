using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Eddie;

/// <summary>Writes stored events as Eddie's gateways do: <c>{"event", "data"}</c> with native names where an event has one. One for each connection.</summary>
/// <remarks>
/// Eddie sends the whole text of a message each time it grows; canonical deltas hold what is new. So this remembers the texts of messages and thoughts that
/// it saw begin or grow: 64 of at most 200 KiB, and 1 MiB in all, less when all connections together remember 64 MiB; the oldest are dropped first. A message that began before the connection is written whole when it ends.
/// Everything else is a pure function of the envelope. Not safe for use by several threads at once.
/// </remarks>
internal sealed class EddieDialect(TextBudget budget) : IDialect, IDisposable
{
    /// <summary>The most bytes of texts that a process remembers, beside 16 KiB for each connection.</summary>
    public const long MaxTextBytes = 64L * 1024 * 1024;

    private readonly TextMemory _texts = new(budget);
    private readonly PayloadWriter _data = new();

    public string Name => EddieNames.Source;

    public DialectKind Kind => DialectKind.PerConnection;

    public IDialect Begin() => new EddieDialect(budget);

    /// <summary>Forgets what the connection saw.</summary>
    public void Dispose() => _texts.Clear();

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        var frame = new ArrayBufferWriter<byte>(next.Envelope.Length + 64);
        if (TryWrite(next.Envelope.Span, frame)) output.Add(new DialectMessage(next.Type, frame.WrittenMemory));
    }

    /// <summary>Writes one event as one JSON object on one line.</summary>
    /// <param name="envelope">The envelope as <see cref="EventWriter"/> writes it.</param>
    /// <param name="output">Takes the object; nothing when the answer is false.</param>
    /// <returns>False when the bytes are no envelope, or continue a text that began before the connection.</returns>
    public bool TryWrite(ReadOnlySpan<byte> envelope, IBufferWriter<byte> output)
    {
        if (StoredEvent.Read(envelope) is not { } stored) return false;
        var isOwn = stored.Source == EddieNames.Source;
        if (isOwn && EddieMessageData.ContinuesUnknownText(stored, _texts)) return false;
        var data = isOwn && EddieData.NativeOf(stored) is { } native && stored.IsPlain ? DataOf(new EddieData(stored, native, _data)) : null;
        if (data is null && isOwn) _texts.DropWhatEnds(stored);
        _texts.Trim();

        output.Write("{\"event\":\""u8);
        EscapedText.Write(output, NameOf(stored, data));
        output.Write("\",\"data\":"u8);
        if (data is { } restored) output.Write(restored.Span);
        else WriteOther(stored, output);
        output.Write("}"u8);
        return true;
    }

    // The lines of the trace log become log entries, as Eddie's own forwarder makes them.
    private static string NameOf(StoredEvent stored, ReadOnlyMemory<byte>? data) =>
        data is null ? stored.SourceType ?? stored.Type : stored.Type == "log_created" ? EddieNames.Logs : EddieData.NativeOf(stored)!;

    private ReadOnlyMemory<byte>? DataOf(EddieData data)
    {
        if (data.Stored.Type == "custom_event") return EddieRecordData.Unknown(data);
        var isWritten = data.Stored.Type switch
        {
            "session_created" or "session_updated" => EddieRecordData.Session(data),
            "session_deleted" => EddieRecordData.SessionDeleted(data, _texts),
            "message_created" or "message_updated" => EddieMessageData.Message(data, _texts),
            "agent_message_start" or "agent_message_delta" => EddieMessageData.Partial(data, _texts),
            "agent_message_end" => EddieMessageData.Whole(data, _texts),
            "agent_thought_delta" => EddieMessageData.ThoughtPartial(data, _texts),
            "agent_thought" => EddieMessageData.Thought(data, _texts),
            "agent_status" => EddieRecordData.Activity(data),
            "tool_call_started" or "tool_call_updated" or "tool_call_result" => EddieToolData.Tool(data),
            "run_error" => EddieRecordData.Error(data),
            "notification" => EddieRecordData.Notification(data),
            "trace_created" or "trace_updated" => EddieRecordData.Trace(data),
            "config_updated" => EddieRecordData.Config(data),
            "log_created" => EddieRecordData.Log(data),
            _ => false,
        };
        if (!isWritten) return null;
        var written = data.Finish();
        return (data.Stored.Type, data.Native) switch
        {
            ("log_created", _) => Wrap("["u8, written, "]"u8),
            (_, EddieNames.PartialMessage) => Wrap("{\"message\":"u8, written, "}"u8),
            _ => written,
        };
    }

    private static void WriteOther(StoredEvent stored, IBufferWriter<byte> output)
    {
        var payload = new NativeBody(stored.Payload);
        var members = JsonMarshal.GetRawUtf8Value(stored.Payload);
        output.Write(members[..^1]);
        var isFirst = stored.Payload.GetPropertyCount() == 0;
        foreach (var (name, text) in ((string, string?)[])[("sessionId", stored.SessionId), ("timestamp", stored.Timestamp)])
        {
            if (text is null || payload.Member(name) is not null) continue;
            output.Write(Encoding.UTF8.GetBytes($"{(isFirst ? "" : ",")}\"{name}\":\""));
            EscapedText.Write(output, text);
            output.Write("\""u8);
            isFirst = false;
        }
        output.Write("}"u8);
    }

    private static byte[] Wrap(ReadOnlySpan<byte> before, ReadOnlyMemory<byte> json, ReadOnlySpan<byte> after) => [.. before, .. json.Span, .. after];
}
