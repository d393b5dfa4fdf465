using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Benchmarks.Load;

/// <summary>A tiny server with known faults: what is posted to <c>/SESSION</c> goes to every client that requested <c>/SESSION</c>.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private const int Every = 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<(string Session, Stream Body)> _streams = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServerFault _fault;
    private readonly Task _accepting;
    private byte[]? _held;
    private int _events, _asked;

    public FaultyServer(ServerFault fault)
    {
        _fault = fault;
        _listener.Start(backlog: 200);
        _accepting = AcceptAsync();
    }

    public UrlTemplate Url => UrlTemplate.TryParse($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{UrlTemplate.Place}")!;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                serving.Add(Task.Run(() => ServeAsync(client), CancellationToken.None));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        client.NoDelay = true;
        var connection = client.GetStream();
        try
        {
            while (await ReadHeadAsync(connection) is { } head)
            {
                var session = head.Split(' ')[1];
                if (head.StartsWith("GET", StringComparison.Ordinal))
                {
                    await StreamAsync(connection, session);
                    return;
                }
                var length = head.Split('\n').First(line => line.StartsWith("Content-Length:", StringComparison.Ordinal));
                var body = new byte[int.Parse(length.AsSpan("Content-Length:".Length))];
                await connection.ReadExactlyAsync(body, _stopping.Token);
                lock (_lock) Deliver(session, [.. "data: "u8, .. body, .. "\n\n"u8]);
                await connection.WriteAsync("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The generator closed its connections: its run is over.
        }
    }

    private async Task StreamAsync(NetworkStream connection, string session)
    {
        if (_fault == ServerFault.Refuse && Interlocked.Increment(ref _asked) % 2 == 0)
        {
            await connection.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stopping.Token);
            return;
        }
        var chunked = _fault == ServerFault.Unchunked ? "" : "Transfer-Encoding: chunked\r\n";
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{chunked}\r\n"), _stopping.Token);
        lock (_lock)
        {
            Write(connection, ": hi\n\n"u8);
            _streams.Add((session, connection));
        }
        // Returns when the generator closes the stream.
        _ = await connection.ReadAsync(new byte[1], _stopping.Token);
    }

    private void Deliver(string session, byte[] frame)
    {
        _events++;
        var isHit = _fault > ServerFault.Split && _events % Every == Every / 2;
        if (isHit && _fault == ServerFault.Stall && _events < Every) Thread.Sleep(500);
        if (isHit && _fault == ServerFault.Drop && _events < Every) _streams[0].Body.Dispose();
        if (isHit && _fault == ServerFault.Reorder)
        {
            _held = frame;
            return;
        }
        foreach (var stream in _streams)
        {
            if (stream.Session != session && !(isHit && _fault == ServerFault.Stray)) continue;
            for (var i = isHit && _fault == ServerFault.Lose ? 1 : 0; i < (isHit && _fault == ServerFault.Repeat ? 2 : 1); i++) Write(stream.Body, frame);
            if (_held is not null) Write(stream.Body, _held);
        }
        _held = null;
    }

    private void Write(Stream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_fault == ServerFault.Unchunked)
            {
                stream.Write(bytes);
                return;
            }
            var chunks = new MemoryStream();
            foreach (var chunk in bytes.ToArray().Chunk(_fault == ServerFault.Split ? 3 : int.MaxValue)) chunks.Write([.. Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), .. chunk, .. "\r\n"u8]);
            var cut = _fault == ServerFault.Split ? (int)Math.Min(101 + _events, chunks.Length) : (int)chunks.Length;
            stream.Write(chunks.GetBuffer().AsSpan(0, cut));
            if (cut == chunks.Length) return;
            // A pause, so that the pieces don't arrive together.
            Thread.Sleep(1);
            stream.Write(chunks.GetBuffer().AsSpan(cut, (int)chunks.Length - cut));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client is gone: Drop closed its stream.
        }
    }

    private async Task<string?> ReadHeadAsync(NetworkStream connection)
    {
        var head = new StringBuilder();
        var letter = new byte[1];
        while (await connection.ReadAsync(letter, _stopping.Token) > 0)
        {
            head.Append((char)letter[0]);
            if (letter[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) return head.ToString();
        }
        return null;
    }
}
