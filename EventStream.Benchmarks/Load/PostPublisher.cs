using System.Text.Unicode;

namespace EventStream.Benchmarks.Load;

/// <summary>Publishes by HTTP POST, one event each, over kept connections. A session always uses the same connection, so its events keep their order.</summary>
internal sealed class PostPublisher : ILoadPublisher
{
    private const int Connections = 8;
    private const int Depth = 8;

    private readonly UrlTemplate _url;
    private readonly string _prefix;
    private readonly EventText _text;
    private readonly PostConnection[] _connections;
    private readonly byte[] _head = new byte[1024];

    /// <param name="sockets">The loop that serves it.</param>
    /// <param name="url">The address that events are posted to.</param>
    /// <param name="prefix">The prefix of session names.</param>
    /// <param name="text">Makes the events.</param>
    public PostPublisher(SocketSet sockets, UrlTemplate url, string prefix, EventText text)
    {
        (_url, _prefix, _text) = (url, prefix, text);
        var server = url.Resolve();
        _connections = [.. Enumerable.Range(0, Connections).Select(_ => new PostConnection(sockets, server))];
    }

    public string? Trouble => _connections.Select(connection => connection.Trouble).FirstOrDefault(trouble => trouble is not null);

    public bool HasRoom(int session) => _connections[session % Connections].Unanswered < Depth;

    public void Publish(Marker marker)
    {
        var body = _text.Envelope(marker);
        // nchan takes the name of the SSE event from the last header; the other servers take it from the body.
        Utf8.TryWrite(_head, $"POST {_url.PathOf($"{_prefix}{marker.Session}")} HTTP/1.1\r\nHost: {_url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nX-EventSource-Event: {EventText.TypeName}\r\n\r\n", out var length);
        _connections[marker.Session % Connections].Post(_head.AsSpan(0, length), body);
    }

    public void Flush()
    {
        foreach (var connection in _connections) connection.Flush();
    }

    public ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
