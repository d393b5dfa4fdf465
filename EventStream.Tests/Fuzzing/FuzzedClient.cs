using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStream.Tests.Support;

namespace EventStream.Tests.Fuzzing;

/// <summary>Sends random requests and frames, each on a connection of its own, and reads how they are answered.</summary>
internal static class FuzzedClient
{
    /// <summary>Sends a request.</summary>
    /// <returns>The status; 0 when the server closed the connection without an answer.</returns>
    /// <exception cref="TimeoutException">The server neither answers nor closes.</exception>
    public static async Task<int> SendAsync(int port, FuzzedRequest request, Random random, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            await socket.SendAsync(request.Bytes, cancellationToken);
            if (!request.IsWhole) socket.Shutdown(SocketShutdown.Send);
            var head = await ReadHeadAsync(socket, cancellationToken);
            var status = head.Length > 12 && head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
            if (status == 101) await SendFramesAsync(socket, random, cancellationToken);
            return status;
        }
        catch (SocketException)
        {
            // Reset: an answer as good as a close.
            return 0;
        }
    }

    private static async Task<string> ReadHeadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await ReadAsync(socket, buffer, cancellationToken) is > 0 and var count) head.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return head.ToString();
    }

    /// <summary>Sends random frames, then ends its side: the server must close.</summary>
    private static async Task SendFramesAsync(Socket socket, Random random, CancellationToken cancellationToken)
    {
        var count = random.Next(1, 20);
        for (var frame = 0; frame < count; frame++) await socket.SendAsync(Frame(random), cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        var buffer = new byte[16 * 1024];
        while (await ReadAsync(socket, buffer, cancellationToken) > 0)
        {
            // What a stream still sends counts for nothing.
        }
    }

    private static byte[] Frame(Random random)
    {
        var payload = new byte[random.Next(5) == 0 ? random.Next(70_000) : random.Next(130)];
        random.NextBytes(payload);
        var head = new byte[14];
        head[0] = (byte)(random.Next(4) == 0 ? random.Next(256) : 0x80 | "\0\u0001\u0002\b\t\n"[random.Next(6)]);
        var length = random.Next(10) == 0 ? random.NextInt64() : payload.Length;
        var size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
        head[1] = (byte)(size switch { 2 => length, 4 => 126, _ => 127 });
        if (size == 4) BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)length);
        else if (size == 10) BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(2), length);
        var isMasked = random.Next(10) > 0;
        if (isMasked) head[1] |= 0x80;
        return [.. head.AsSpan(0, size + (isMasked ? 4 : 0)), .. payload];
    }

    private static async Task<int> ReadAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken) =>
        await socket.ReceiveAsync(buffer, cancellationToken).AsTask().WaitAsync(Timeouts.Default, cancellationToken);
}
