using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Benchmarks.Attacks;

/// <summary>A connection that sends what a well-behaved client library wouldn't.</summary>
internal sealed class AttackSocket : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];

    private AttackSocket(Socket socket) => _socket = socket;

    public static async Task<AttackSocket> ConnectAsync(Uri server, CancellationToken stop, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes) socket.ReceiveBufferSize = bytes;
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), stop);
            return new AttackSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins an upload of NDJSON in chunks.</summary>
    public Task BeginUploadAsync(string path, CancellationToken stop) =>
        SendAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"), stop);

    public Task SendChunkAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop) =>
        SendAsync((byte[])[.. Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. bytes.Span, .. "\r\n"u8], stop);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, stop)..];
    }

    public async Task<int> ReceiveAsync(CancellationToken stop) => await _socket.ReceiveAsync(_buffer, stop);

    /// <summary>The status of what was answered so far, without waiting; null when nothing was.</summary>
    public string? Answered()
    {
        try
        {
            if (!_socket.Poll(0, SelectMode.SelectRead)) return null;
            var read = _socket.Receive(_buffer, SocketFlags.Peek);
            return read == 0 ? Answers.Cut : StatusOf(read);
        }
        catch (SocketException)
        {
            return Answers.Cut;
        }
    }

    /// <summary>Waits for the first bytes of the answer.</summary>
    public async Task<string> StatusAsync(CancellationToken stop)
    {
        var read = await ReceiveAsync(stop);
        return read == 0 ? Answers.Cut : StatusOf(read);
    }

    public void Dispose() => _socket.Dispose();

    private string StatusOf(int read) => Encoding.ASCII.GetString(_buffer, 0, read) is var text && text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && text.Length >= 12 ? text[9..12] : "unreadable";
}
