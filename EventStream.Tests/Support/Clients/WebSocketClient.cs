using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>A client of a stream over .NET's own WebSocket, which answers pings and close frames. It keeps the messages.</summary>
internal sealed class WebSocketClient : IAsyncDisposable
{
    private readonly Channel<SocketMessage> _queue = Channel.CreateUnbounded<SocketMessage>();
    private readonly CancellationTokenSource _leaving = new();
    private readonly ClientWebSocket _socket;
    private readonly Task _reading;

    private WebSocketClient(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>The server's close code; null until the server closes, or when the connection was cut.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public string? Subprotocol => _socket.SubProtocol;

    public static async Task<WebSocketClient> OpenAsync(Uri server, string pathAndQuery, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? invoker = null)
    {
        var socket = new ClientWebSocket();
        if (invoker is null) socket.Options.Proxy = null;
        socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(socket.Options);
        using var deadline = Deadline();
        await socket.ConnectAsync(new Uri($"{(server.Scheme == "https" ? "wss" : "ws")}://{server.Authority}{pathAndQuery}"), invoker, deadline.Token);
        return new WebSocketClient(socket);
    }

    public async Task<SocketMessage> NextAsync()
    {
        using var deadline = Deadline();
        try
        {
            return await _queue.Reader.ReadAsync(deadline.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"No further message came; closed with {CloseCode} {CloseReason}.", e);
        }
    }

    public async Task<SocketMessage[]> NextAsync(int count)
    {
        var messages = new SocketMessage[count];
        for (var i = 0; i < count; i++) messages[i] = await NextAsync();
        return messages;
    }

    /// <summary>The messages up to the first that matches, which is the last of the result.</summary>
    public async Task<List<SocketMessage>> ReadUntilAsync(Func<SocketMessage, bool> isWanted)
    {
        var messages = new List<SocketMessage>();
        do messages.Add(await NextAsync()); while (!isWanted(messages[^1]));
        return messages;
    }

    /// <summary>The remaining messages of a stream that the server ends.</summary>
    public async Task<List<SocketMessage>> ReadToEndAsync()
    {
        using var deadline = Deadline();
        var messages = new List<SocketMessage>();
        await foreach (var message in _queue.Reader.ReadAllAsync(deadline.Token)) messages.Add(message);
        return messages;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> message, bool isBinary = false, bool isEnd = true)
    {
        using var deadline = Deadline();
        await _socket.SendAsync(message, isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, isEnd, deadline.Token);
    }

    /// <summary>Sends a close frame, as a page does, and waits for the answer.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string? reason = null)
    {
        using var deadline = Deadline();
        await _socket.CloseOutputAsync(status, reason, deadline.Token);
        await _reading.WaitAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _reading;
        _socket.Dispose();
        _leaving.Dispose();
    }

    private async Task ReadAsync()
    {
        var message = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(message.GetMemory(16 * 1024), _leaving.Token);
                if (received.MessageType == WebSocketMessageType.Close) break;
                message.Advance(received.Count);
                if (!received.EndOfMessage) continue;
                _queue.Writer.TryWrite(new SocketMessage(Encoding.UTF8.GetString(message.WrittenSpan)));
                message.Clear();
            }
            if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(_socket.CloseStatus!.Value, null, _leaving.Token);
            _queue.Writer.Complete();
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            _queue.Writer.Complete(e is WebSocketException && !_leaving.IsCancellationRequested ? e : null);
        }
    }

    private static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Timeouts.Default);
        return deadline;
    }
}
