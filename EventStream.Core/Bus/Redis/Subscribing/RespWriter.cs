using System.Text;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Writes commands in Redis' protocol.</summary>
internal static class RespWriter
{
    public static byte[] Command(params string[] parts) => Command(Array.ConvertAll(parts, Encoding.UTF8.GetBytes));

    // '*' parts CR LF, then each: '$' length CR LF bytes CR LF
    public static byte[] Command(params byte[][] parts) =>
        [.. Encoding.ASCII.GetBytes($"*{parts.Length}\r\n"), .. parts.SelectMany(part => (byte[])[.. Encoding.ASCII.GetBytes($"${part.Length}\r\n"), .. part, .. "\r\n"u8])];
}
