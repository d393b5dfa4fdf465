using System.Buffers.Text;

namespace EventStream.Api.Streaming.Connections;

/// <summary>The framing of a chunk of an HTTP/1.1 body: <c>length in hex CR LF data CR LF</c>.</summary>
internal static class HttpChunk
{
    /// <summary>The room that the longest head needs.</summary>
    public const int HeadBytes = 10;

    public const int TailBytes = 2;

    /// <summary>Frames the data that stands in a buffer after <see cref="HeadBytes"/> bytes of room; there must be room for the tail behind it.</summary>
    /// <returns>The chunk.</returns>
    public static ReadOnlyMemory<byte> Seal(byte[] buffer, int dataLength)
    {
        Span<byte> digits = stackalloc byte[8];
        Utf8Formatter.TryFormat(dataLength, digits, out var length, 'x');
        var start = HeadBytes - 2 - length;
        digits[..length].CopyTo(buffer.AsSpan(start));
        "\r\n"u8.CopyTo(buffer.AsSpan(HeadBytes - 2));
        var end = HeadBytes + dataLength;
        "\r\n"u8.CopyTo(buffer.AsSpan(end));
        return buffer.AsMemory(start, end + TailBytes - start);
    }
}
