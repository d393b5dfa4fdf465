using System.Buffers;
using System.Buffers.Text;
using System.Text;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Connections;

/// <summary>Writes commands in Redis' protocol.</summary>
internal static class RespWriter
{
    public static byte[] Command(params string[] parts) => Command(Array.ConvertAll(parts, Encoding.UTF8.GetBytes));

    // '*' parts CR LF, then each: '$' length CR LF bytes CR LF
    public static byte[] Command(params byte[][] parts) =>
        [.. Encoding.ASCII.GetBytes($"*{parts.Length}\r\n"), .. parts.SelectMany(part => (byte[])[.. Encoding.ASCII.GetBytes($"${part.Length}\r\n"), .. part, .. "\r\n"u8])];

    /// <summary>Writes how many parts a command has.</summary>
    public static void WriteCount(IBufferWriter<byte> output, int parts) => WriteLength(output, '*', parts);

    /// <summary>Writes a part of a command.</summary>
    public static void Write(IBufferWriter<byte> output, RedisValue part)
    {
        var length = part.GetByteCount();
        WriteLength(output, '$', length);
        part.CopyTo(output.GetSpan(length));
        output.Advance(length);
        output.Write("\r\n"u8);
    }

    private static void WriteLength(IBufferWriter<byte> output, char sign, int number)
    {
        var line = output.GetSpan(16);
        line[0] = (byte)sign;
        Utf8Formatter.TryFormat(number, line[1..], out var digits);
        "\r\n"u8.CopyTo(line[(1 + digits)..]);
        output.Advance(digits + 3);
    }
}
