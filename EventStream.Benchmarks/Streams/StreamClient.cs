using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Benchmarks.Streams;

/// <summary>One client on its own socket. It is as cheap as possible, since it shares the processors with the measured server.</summary>
internal sealed class StreamClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SseLines _lines;
    private readonly byte[] _buffer;

    /// <param name="check">Reads the lines.</param>
    /// <param name="receiveBuffer">The size of the kernel's receive buffer; null leaves it to the kernel.</param>
    public StreamClient(EventCheck check, int? receiveBuffer = null)
    {
        if (receiveBuffer is { } size) _socket.ReceiveBufferSize = size;
        _buffer = new byte[receiveBuffer ?? 16 * 1024];
        Check = check;
        _lines = new SseLines(check.TakeLine);
    }

    public EventCheck Check { get; }

    public long ConnectedFrom { get; private set; }

    public long RequestSent { get; private set; }

    /// <summary>Connects and requests a stream.</summary>
    public async Task OpenAsync(EndPoint endPoint, Uri stream, string? cursor)
    {
        ConnectedFrom = Stopwatch.GetTimestamp();
        await _socket.ConnectAsync(endPoint);
        var lastEventId = cursor is null ? "" : $"Last-Event-ID: {cursor}\r\n";
        var request = Encoding.ASCII.GetBytes($"GET {stream.PathAndQuery} HTTP/1.1\r\nHost: {stream.Authority}\r\nAccept: text/event-stream\r\n{lastEventId}\r\n");
        RequestSent = Stopwatch.GetTimestamp();
        await _socket.SendAsync(request);
    }

    /// <summary>Reads until the stream was accepted.</summary>
    public async Task StartedAsync()
    {
        while (!Check.HasStarted) await ReadOnceAsync();
    }

    /// <summary>Reads up to the event with this number.</summary>
    /// <returns>When that event arrived.</returns>
    public async Task<long> ReadUpToAsync(int number)
    {
        while (Check.Next <= number) await ReadOnceAsync();
        return Stopwatch.GetTimestamp();
    }

    public async Task ReadOnceAsync(int most = int.MaxValue, CancellationToken cancellationToken = default)
    {
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(0, Math.Min(most, _buffer.Length)), cancellationToken);
        if (read == 0) throw new IOException($"The server closed the stream before event {Check.Next}; it said: {_lines.Status ?? "nothing"}.");
        _lines.Take(_buffer.AsSpan(0, read));
        if (_lines.Status is { } status && !status.Contains(" 200 ", StringComparison.Ordinal)) throw new InvalidDataException($"The server answered {status}.");
    }

    public void Dispose() => _socket.Dispose();

    public static async Task<EndPoint> FindAsync(Uri server) =>
        new IPEndPoint((await Dns.GetHostAddressesAsync(server.Host, AddressFamily.InterNetwork))[0], server.Port);
}
