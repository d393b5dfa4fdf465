using System.Buffers;
using System.Buffers.Text;
using System.Text;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Frames;

/// <summary>Writes Server-Sent Events: LF only, no BOM, one <c>data:</c> line. Callers pass text without CR, LF and NUL.</summary>
internal static class SseFormat
{
    // "id: " cursor LF LF
    public const int MaxIdOnlyBytes = Cursor.MaxLength + 6;

    /// <summary>The most bytes of a frame with a <c>retry:</c> line, which has up to 19.</summary>
    // "event: " type LF "data: " data LF LF
    public static int MaxFrameBytes(int typeLength, int dataLength) => MaxIdOnlyBytes + 24 + typeLength + dataLength + 16;

    /// <summary>What a dialect says of a frame: nothing of an entry that isn't an envelope.</summary>
    public static List<DialectMessage> Messages(Frame frame, IDialect dialect) => frame.Json.IsEmpty ? [] : dialect.Write(frame.ForDialects);

    /// <summary>A frame with the messages of a dialect. Where there are none, the block only moves the client's cursor.</summary>
    public static ReadOnlyMemory<byte> Block(Frame frame, List<DialectMessage> messages)
    {
        if (frame.Json.IsEmpty) return frame.Bytes;
        if (messages is [var only] && only.Name == frame.Type && only.Data.Equals(frame.Json)) return frame.Bytes;
        var block = new ArrayBufferWriter<byte>(messages.Sum(message => MaxFrameBytes(message.Name.Length + (message.Id?.Length ?? 0), message.Data.Length)) + MaxIdOnlyBytes + 24);
        if (frame.RetryMs is { } retry) WriteRetryLine(block, retry);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Id is { } place) WritePlace(block, place);
            // The cursor says that the whole event was read, so it stands on the last message.
            WriteFrame(block, i == messages.Count - 1 && messages[i].Id is null ? frame.Cursor : null, messages[i].Name, messages[i].Data.Span);
        }
        if (messages.Count > 0) return block.WrittenMemory;
        if (frame.Cursor is { } cursor) WriteIdOnly(block, cursor);
        else WriteComment(block);
        return block.WrittenMemory;
    }

    // field order: id, event, data; a blank line ends the block
    public static void WriteFrame(IBufferWriter<byte> output, Cursor? id, ReadOnlySpan<char> type, ReadOnlySpan<byte> data)
    {
        if (id is { } cursor) WriteIdLine(output, cursor);
        // "event: " type LF
        if (!type.IsEmpty)
        {
            output.Write("event: "u8);
            Encoding.UTF8.GetBytes(type, output);
            output.Write("\n"u8);
        }
        // "data: " data LF LF
        output.Write("data: "u8);
        output.Write(data);
        output.Write("\n\n"u8);
    }

    // A block with an id and no data moves the client's cursor and fires no event.
    public static void WriteIdOnly(IBufferWriter<byte> output, Cursor id)
    {
        WriteIdLine(output, id);
        output.Write("\n"u8);
    }

    // "retry: " milliseconds LF, inside the block that follows
    public static void WriteRetryLine(IBufferWriter<byte> output, int milliseconds)
    {
        output.Write("retry: "u8);
        WriteNumber(output, milliseconds);
        output.Write("\n"u8);
    }

    // ":" LF, without a blank line: some clients take a blank line for an empty event
    public static void WriteComment(IBufferWriter<byte> output) => output.Write(":\n"u8);

    // "id: " place LF, inside the block that follows
    private static void WritePlace(IBufferWriter<byte> output, string place)
    {
        output.Write("id: "u8);
        Encoding.ASCII.GetBytes(place, output);
        output.Write("\n"u8);
    }

    // "id: " cursor LF
    private static void WriteIdLine(IBufferWriter<byte> output, Cursor id)
    {
        output.Write("id: "u8);
        id.TryFormat(output.GetSpan(Cursor.MaxLength), out var written, default, null);
        output.Advance(written);
        output.Write("\n"u8);
    }

    private static void WriteNumber(IBufferWriter<byte> output, int number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(11), out var written);
        output.Advance(written);
    }
}
