using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Speaks WebSocket by hand: it reads only when a test reads, and answers neither pings nor close frames by itself.</summary>
internal sealed class RawWebSocket : IDisposable
{
    public const byte TextFrame = 1;
    public const byte BinaryFrame = 2;
    public const byte CloseFrame = 8;
    public const byte PingFrame = 9;
    public const byte PongFrame = 10;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private RawWebSocket(int? receiveBytes)
    {
        if (receiveBytes is { } bytes) _socket.ReceiveBufferSize = bytes;
    }

    /// <summary>Opens a WebSocket on a port of loopback.</summary>
    public static async Task<RawWebSocket> OpenAsync(int port, string pathAndQuery, CancellationToken cancellationToken, int? receiveBytes = null)
    {
        var client = new RawWebSocket(receiveBytes);
        await client._socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var handshake = $"GET {pathAndQuery} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await client._socket.SendAsync(Encoding.ASCII.GetBytes(handshake), cancellationToken);
        var answer = new StringBuilder();
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) answer.Append((char)(await client.ReadAsync(1, cancellationToken))[0]);
        if (!answer.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)) throw new InvalidOperationException($"The server answered: {answer}");
        return client;
    }

    /// <summary>Sends one frame, masked with zeros.</summary>
    public async Task SendAsync(byte opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken, bool isFinal = true, bool isMasked = true)
    {
        var head = new byte[8];
        head[0] = (byte)(opcode | (isFinal ? 0x80 : 0));
        var length = 2;
        if (payload.Length < 126)
        {
            head[1] = (byte)(0x80 | payload.Length);
        }
        else
        {
            head[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)payload.Length);
            length = 4;
        }
        if (!isMasked) head[1] &= 0x7F;
        await _socket.SendAsync((byte[])[.. head.AsSpan(0, length), .. new byte[isMasked ? 4 : 0], .. payload.Span], cancellationToken);
    }

    /// <summary>The next frame of the server; null when the connection is over.</summary>
    public async Task<(byte Opcode, byte[] Payload)?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        try
        {
            var head = await ReadAsync(2, cancellationToken);
            var length = head[1] switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, cancellationToken)),
                127 => BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8, cancellationToken)),
                var small => small,
            };
            return ((byte)(head[0] & 0x0F), await ReadAsync((int)length, cancellationToken));
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>The code of a close frame.</summary>
    public static int CodeOf(byte[] payload) => BinaryPrimitives.ReadUInt16BigEndian(payload);

    /// <summary>Reads some of the bytes that have arrived, whatever they are.</summary>
    public async Task<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellationToken) => await _socket.ReceiveAsync(buffer, cancellationToken);

    /// <summary>Cuts the connection without a close frame.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var taken = await _socket.ReceiveAsync(bytes.AsMemory(read), cancellationToken).AsTask().WaitAsync(Timeouts.Default, cancellationToken);
            if (taken == 0) throw new EndOfStreamException();
            read += taken;
        }
        return bytes;
    }
}
