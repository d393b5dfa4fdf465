using System.Buffers;
using System.Net.WebSockets;
using EventStream.Events;
using EventStream.Sources.Eddie;

namespace EventStream.Api.Streaming;

/// <summary>A client of WebSocket: one JSON text a message, pings on silence, and what the client says is ignored up to a bound.</summary>
internal sealed class WebSocketConnection(HttpContext context, Dialect dialect, StreamingOptions options, TimeProvider time) : IClientConnection
{
    /// <summary>How many messages a client may send.</summary>
    public const int MaxMessages = 1000;

    /// <summary>How many bytes they may have in all.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    private const int MaxUnsentBytes = 16 * 1024;

    // Beyond it the other side isn't waited for: it may never answer.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly List<ReadOnlyMemory<byte>> _unsent = [];
    private readonly EddieRestored? _restored = dialect == Dialect.EventData ? new EddieRestored() : null;
    private WebSocket? _socket;
    private Subscriber? _subscriber;
    private Task _receiving = Task.CompletedTask;
    private int _unsentBytes;

    public Protocol Protocol => Protocol.WebSocket;

    public SocketProgress? Progress { get; } = HttpProtocol.IsHttp2(context.Request.Protocol) ? null : SocketProgress.Of(context, time);

    public void Abort() => context.Abort();

    public async Task OpenAsync(Subscriber subscriber)
    {
        _subscriber = subscriber;
        await AcceptAsync();
    }

    public async ValueTask WriteAsync(Frame frame)
    {
        var message = MessageOf(frame);
        if (message.IsEmpty) return;
        _unsent.Add(message);
        _unsentBytes += message.Length;
        if (_unsentBytes >= MaxUnsentBytes) await FlushAsync();
    }

    // The socket pings by itself; only an event can move a cursor.
    public bool TryWriteKeepAlive(Cursor? moved)
    {
        if (moved is not null) return false;
        _subscriber!.EndWrite();
        return true;
    }

    public async ValueTask FlushAsync()
    {
        if (_unsent.Count == 0) return;
        _subscriber?.BeginWrite();
        try
        {
            foreach (var message in _unsent) await _socket!.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (IsGone(e))
        {
            _subscriber?.Finish(SubscriberEnd.ClientGone);
        }
        finally
        {
            _unsent.Clear();
            _unsentBytes = 0;
            _subscriber?.EndWrite();
        }
    }

    public async Task CloseAsync(SubscriberEnd end, Frame? closing)
    {
        if (closing is not null) await WriteAsync(closing);
        await FlushAsync();
        using var timeout = new CancellationTokenSource(CloseTimeout, time);
        try
        {
            if (_socket!.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(end.CloseStatus, end.Name, timeout.Token);
            await _receiving.WaitAsync(timeout.Token);
        }
        catch (Exception e) when (IsGone(e))
        {
            // It has been told, or has left.
        }
        _socket!.Dispose();
    }

    public Task FailAsync(Frame closing) => CloseAsync(SubscriberEnd.Error, closing);

    public async Task RefuseAsync(SubscriberEnd end, Frame closing)
    {
        await AcceptAsync();
        await CloseAsync(end, closing);
    }

    private async Task AcceptAsync()
    {
        _socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Heartbeat,
            // A client that is slow but alive answers late, behind all that waits for it; a dead one is found by what it doesn't take.
            KeepAliveTimeout = 3 * options.WriteTimeout,
        });
        _receiving = ReceiveAsync(_socket);
    }

    private ReadOnlyMemory<byte> MessageOf(Frame frame)
    {
        if (_restored is null) return frame.BytesIn(Protocol.WebSocket, dialect);
        var message = new ArrayBufferWriter<byte>(frame.Json.Length + 64);
        return _restored.TryWrite(frame.Json.Span, message) ? message.WrittenMemory : default;
    }

    /// <summary>Reads, since pongs and the farewell come that way; nothing that is said means anything.</summary>
    private async Task ReceiveAsync(WebSocket socket)
    {
        var (messages, bytes) = (0, 0);
        var buffer = new byte[512];
        try
        {
            while (messages <= MaxMessages && bytes <= MaxMessageBytes)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    _subscriber?.Finish(SubscriberEnd.ClientGone);
                    return;
                }
                if (received.EndOfMessage) messages++;
                bytes += received.Count;
            }
            _subscriber?.Finish(SubscriberEnd.TooManyMessages);
        }
        catch (Exception e) when (IsGone(e))
        {
            _subscriber?.Finish(SubscriberEnd.ClientGone);
        }
    }

    private static bool IsGone(Exception e) => e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;
}
