using System.Buffers;
using System.Buffers.Text;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Connections;

/// <summary>Writes commands in Redis' protocol.</summary>
internal static class RespWriter
{
    public static byte[] Command(params RedisValue[] parts)
    {
        var output = new ArrayBufferWriter<byte>();
        WriteCount(output, parts.Length);
        foreach (var part in parts) Write(output, part);
        return output.WrittenSpan.ToArray();
    }

    // '*' parts CR LF, then each: '$' length CR LF bytes CR LF
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
