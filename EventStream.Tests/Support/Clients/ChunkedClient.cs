using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Reads streams from a connection to the last byte, strictly by HTTP/1.1: any misplaced byte is an error.</summary>
internal sealed class ChunkedClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _received = new byte[64 * 1024];
    private readonly StringBuilder _body = new();
    private Stream _stream = Stream.Null;
    private int _at, _length;

    private ChunkedClient() { }

    /// <summary>Whether the last chunk of the response has come.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The bytes of the response's body that no block has taken yet.</summary>
    public string Rest => _body.ToString();

    /// <param name="address">The server.</param>
    /// <param name="receiveBuffer">The size of the kernel's receive buffer; null leaves the default.</param>
    /// <param name="secure">Wraps the connection, for TLS.</param>
    public static async Task<ChunkedClient> ConnectAsync(Uri address, int? receiveBuffer = null, Func<Stream, Task<Stream>>? secure = null)
    {
        var client = new ChunkedClient();
        if (receiveBuffer is { } bytes) client._socket.ReceiveBufferSize = bytes;
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        client._stream = new NetworkStream(client._socket, ownsSocket: true);
        if (secure is not null) client._stream = await secure(client._stream);
        return client;
    }

    public async Task AskAsync(string pathAndQuery, string version = "1.1")
    {
        (IsOver, _) = (false, _body.Clear());
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {pathAndQuery} HTTP/{version}\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"), TestContext.Current.CancellationToken);
    }

    /// <summary>The status line and the headers, up to the empty line.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (await ReadLineAsync() is { Length: > 0 } line) head.Append(line).Append('\n');
        return head.ToString();
    }

    /// <summary>Requests a stream and reads its greeting.</summary>
    public async Task<SseBlock> OpenAsync(string pathAndQuery)
    {
        await AskAsync(pathAndQuery);
        return await ReadGreetingAsync();
    }

    public async Task<SseBlock> ReadGreetingAsync()
    {
        var head = await ReadHeadAsync();
        if (!head.StartsWith("HTTP/1.1 200 OK\n", StringComparison.Ordinal) || !head.Contains("Transfer-Encoding: chunked\n", StringComparison.Ordinal)) throw new InvalidDataException(head);
        return await ReadBlockAsync() ?? throw new InvalidDataException("There is no greeting.");
    }

    /// <summary>The next block with data or an id; null when the response is over. Comments are skipped.</summary>
    public async Task<SseBlock?> ReadBlockAsync()
    {
        while (true)
        {
            var body = Rest;
            var end = body.IndexOf("\n\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                _body.Remove(0, end + 2);
                return BlockOf(body[..end]);
            }
            if (!await ReadChunkAsync()) return null;
        }
    }

    public async Task<List<SseBlock>> ReadBlocksAsync(int count)
    {
        var blocks = new List<SseBlock>();
        while (blocks.Count < count) blocks.Add(await ReadBlockAsync() ?? throw new InvalidDataException($"Only {blocks.Count} of {count} came."));
        return blocks;
    }

    /// <summary>All blocks up to the end of the response.</summary>
    public async Task<List<SseBlock>> ReadToEndAsync()
    {
        var blocks = new List<SseBlock>();
        while (await ReadBlockAsync() is { } block) blocks.Add(block);
        return blocks;
    }

    /// <summary>Reads <c>length in hex CR LF data CR LF</c>.</summary>
    /// <returns>Whether it had data; else the response is over, without trailers.</returns>
    public async Task<bool> ReadChunkAsync()
    {
        if (IsOver) return false;
        var head = await ReadLineAsync();
        if (head.Length is 0 or > 8 || !int.TryParse(head, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)) throw new InvalidDataException($"'{head}' is no length of a chunk; before it stands:\n{Rest}");
        var data = new byte[length];
        for (var i = 0; i < length; i++) data[i] = await ReadByteAsync();
        _body.Append(Encoding.UTF8.GetString(data));
        if (await ReadLineAsync() is { Length: > 0 } more) throw new InvalidDataException($"'{more}' stands behind a chunk.");
        IsOver = length == 0;
        return !IsOver;
    }

    /// <summary>A body whose length the headers state.</summary>
    public async Task<string> ReadBodyAsync(string head)
    {
        var lengths = head.Split('\n').Where(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        var data = new byte[int.Parse(lengths.Single()[16..])];
        for (var i = 0; i < data.Length; i++) data[i] = await ReadByteAsync();
        return Encoding.UTF8.GetString(data);
    }

    /// <summary>All bytes until the server closes the connection.</summary>
    public async Task<string> ReadUntilClosedAsync()
    {
        using var rest = new MemoryStream();
        rest.Write(_received, _at, _length - _at);
        await _stream.CopyToAsync(rest, TestContext.Current.CancellationToken).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(rest.ToArray());
    }

    /// <summary>Closes its sending side and keeps reading.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection instead of closing it.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static SseBlock BlockOf(string text)
    {
        var fields = text.Split('\n').Where(line => line.Length > 0 && line[0] != ':').Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        return new SseBlock(fields.GetValueOrDefault("event", ""), fields.GetValueOrDefault("data", ""), fields.GetValueOrDefault("id", ""));
    }

    private async ValueTask<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = (char)await ReadByteAsync();
            if (next == '\r') return await ReadByteAsync() == '\n' ? line.ToString() : throw new InvalidDataException($"CR without LF after '{line}'.");
            if (next == '\n' || line.Length > 4096) throw new InvalidDataException($"No line of HTTP: '{line}'.");
            line.Append(next);
        }
    }

    private async ValueTask<byte> ReadByteAsync()
    {
        if (_at == _length)
        {
            (_at, _length) = (0, await _stream.ReadAsync(_received, TestContext.Current.CancellationToken).AsTask().WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken));
            if (_length == 0) throw new EndOfStreamException($"The server closed the connection. What came of the body:\n{Rest}");
        }
        return _received[_at++];
    }
}
