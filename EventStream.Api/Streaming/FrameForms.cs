using System.Buffers;
using EventStream.Sources.Argos;

namespace EventStream.Api.Streaming;

/// <summary>A frame in the forms that clients ask for besides the canonical block, each made once, for the first of them.</summary>
internal sealed class FrameForms(Frame frame)
{
    private const int Dialects = (int)Dialect.Argos + 1;

    private readonly Lock _lock = new();
    private readonly ReadOnlyMemory<byte>?[] _made = new ReadOnlyMemory<byte>?[2 * Dialects];

    /// <summary>The bytes that a client gets; empty when its dialect has none for this frame.</summary>
    public ReadOnlyMemory<byte> In(Protocol protocol, Dialect dialect)
    {
        lock (_lock) return _made[(int)protocol * Dialects + (int)dialect] ??= Make(protocol, dialect);
    }

    private ReadOnlyMemory<byte> Make(Protocol protocol, Dialect dialect) => dialect switch
    {
        Dialect.Argos => Restored(protocol),
        Dialect.Native or Dialect.Reverb when RenamedEnvelope.Of(frame, dialect) is var (name, json) => protocol == Protocol.Sse ? Block(name, json) : Message(json),
        _ => protocol == Protocol.Sse ? frame.Bytes : Message(frame.Json),
    };

    private ReadOnlyMemory<byte> Restored(Protocol protocol)
    {
        // Argos' clients know no greeting and no heartbeat; the cursor alone is worth telling.
        if (frame.Type is "" or "session_stream_started" or "heartbeat") return protocol == Protocol.Sse ? Position() : default;
        var json = new ArrayBufferWriter<byte>(frame.Json.Length + 64);
        if (!ArgosRestored.TryWrite(frame.Json.Span, json, out var name)) return protocol == Protocol.Sse ? Position() : default;
        return protocol == Protocol.Sse ? Block(RenamedEnvelope.IsEventName(name) ? name : frame.Type, json.WrittenSpan) : json.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Position()
    {
        var block = new ArrayBufferWriter<byte>(64);
        if (frame.RetryMs is { } retry) SseFormat.WriteRetryLine(block, retry);
        if (frame.Cursor is { } cursor) SseFormat.WriteIdOnly(block, cursor);
        else SseFormat.WriteComment(block);
        return block.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Block(string name, ReadOnlySpan<byte> json)
    {
        var block = new ArrayBufferWriter<byte>(json.Length + 128);
        if (frame.RetryMs is { } retry) SseFormat.WriteRetryLine(block, retry);
        SseFormat.WriteFrame(block, frame.Cursor, name, json);
        return block.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> json) =>
        json.IsEmpty || frame.Cursor is not { } cursor ? json : PlacedEnvelope.Of(cursor, json.Span);
}
