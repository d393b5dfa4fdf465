using System.Net.WebSockets;
using EventStream.Api.Access.Credentials;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Connections;

/// <summary>A client of WebSocket: one JSON text a message, pings on silence, and what the client says is ignored up to a bound.</summary>
internal sealed class WebSocketConnection(HttpContext context, IDialect dialect, StreamingOptions options, TimeProvider time) : ClientConnection(dialect, time), IDisposable
{
    /// <summary>How many messages a client may send.</summary>
    public const int MaxMessages = 1000;

    /// <summary>How many bytes they may have in all.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>How many pings and pongs it may send in a <see cref="ControlPeriod"/>: the patient ping every few seconds, and none has to be answered this often.</summary>
    public const int MaxControlFrames = 600;

    private const int MaxUnsentBytes = 16 * 1024;

    // What is sent at once is copied; a large message alone isn't.
    private const int MaxGatheredBytes = 2 * MaxUnsentBytes;

    private static readonly TimeSpan ControlPeriod = TimeSpan.FromMinutes(1);

    // How long a client may take to answer the close frame, which comes after all that it hasn't read yet. Shorter when the server stops.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortCloseTimeout = TimeSpan.FromSeconds(1);

    private readonly List<ReadOnlyMemory<byte>> _unsent = [];
    private readonly CancellationTokenSource _ending = new(Timeout.InfiniteTimeSpan, time);
    private WebSocket? _socket;
    private WatchedStream? _stream;
    private bool _isRefused;
    private Task _receiving = Task.CompletedTask;
    private int _unsentBytes;
    private long _periodBegan = time.GetTimestamp();
    private long _framesSeen;
    private bool _isFlood;
    private long _framesBefore;

    public override Transport Transport => Transport.WebSocket;

    public override string? Advice => End switch
    {
        SubscriberEnd.TooManyMessages => $"A watcher may send {MaxMessages} messages over this WebSocket in all, and {MaxControlFrames} pings and pongs a minute; none is needed.",
        SubscriberEnd.MessagesTooLarge => $"A watcher may send {MaxMessageBytes} bytes over this WebSocket in all; none is needed.",
        _ => null,
    };

    public override SocketProgress? Progress { get; } = SocketProgress.Of(context, time);

    public override void Abort() => context.Abort();

    public void Dispose()
    {
        _socket?.Dispose();
        _ending.Dispose();
    }

    public override async Task OpenAsync(Frame greeting)
    {
        await AcceptAsync();
        await WriteAsync(greeting);
        await FlushAsync();
    }

    public override async ValueTask WriteAsync(Frame frame)
    {
        var texts = TextsOf(frame);
        // A dialect without words for a heartbeat isn't silent: otherwise the heartbeat would be tried again at once, without end.
        if (texts.Length == 0) EndWrite();
        foreach (var text in texts)
        {
            _unsent.Add(text);
            _unsentBytes += text.Length;
        }
        if (_unsentBytes >= MaxUnsentBytes) await FlushAsync();
    }

    // The socket sends pings by itself, but a ping can't move the client's cursor.
    public override bool TryWriteKeepAlive(Cursor? moved)
    {
        if (moved is not null) return false;
        EndWrite();
        return true;
    }

    public override async ValueTask FlushAsync()
    {
        if (_unsent.Count == 0) return;
        BeginWrite();
        // Writes to a refused client aren't watched by the pulse, so they need a time limit of their own.
        var patience = _isRefused ? _ending.Token : CancellationToken.None;
        try
        {
            for (var i = 0; i < _unsent.Count; i++)
            {
                if (_stream is not null) _stream.IsGathering = i + 1 < _unsent.Count && _unsentBytes <= MaxGatheredBytes;
                await _socket!.SendAsync(_unsent[i], WebSocketMessageType.Text, endOfMessage: true, patience);
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            Finish(SubscriberEnd.ClientGone);
        }
        finally
        {
            _unsent.Clear();
            _unsentBytes = 0;
            EndWrite();
        }
    }

    public override async Task CloseAsync(SubscriberEnd end, Frame? closing)
    {
        if (closing is not null) await WriteAsync(closing);
        await FlushAsync();
        await SayFarewellAsync(end, end == SubscriberEnd.Draining ? ShortCloseTimeout : CloseTimeout);
    }

    // Before the handshake the client gets an HTTP error instead.
    public override Task FailAsync(Frame closing) => _socket is null ? Task.CompletedTask : CloseAsync(SubscriberEnd.Error, closing);

    public override async Task RefuseAsync(SubscriberEnd end, Frame closing)
    {
        _isRefused = true;
        await AcceptAsync();
        _ending.CancelAfter(ShortCloseTimeout);
        await WriteAsync(closing);
        await FlushAsync();
        await SayFarewellAsync(end, ShortCloseTimeout);
    }

    /// <summary>Closes the WebSocket and waits for the answer: closing the connection while bytes are unread would discard the last message.</summary>
    private async Task SayFarewellAsync(SubscriberEnd end, TimeSpan timeout)
    {
        _ending.CancelAfter(timeout);
        try
        {
            // A client that closes first is answered with its own status.
            var said = _socket!.State == WebSocketState.CloseReceived ? _socket.CloseStatus : null;
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(said ?? end.CloseStatus, said is null ? end.Name : null, _ending.Token);
        }
        catch (Exception e) when (IsGone(e))
        {
            // It has been told, or has left.
        }
        await _receiving;
        // Abort: unread bytes would stay in memory.
        if (_ending.IsCancellationRequested && timeout > ShortCloseTimeout) Abort();
    }

    private async Task AcceptAsync()
    {
        _socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            // A browser that offers its ticket as a subprotocol fails unless the other one that it offers is taken.
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Credential.Subprotocol) ? Credential.Subprotocol : null,
            KeepAliveInterval = options.Heartbeat,
            // A client that is slow but alive answers late, behind the 336 KiB that may wait for it: 5 minutes at 1 kB/s. Dead clients are found by SocketProgress.
            KeepAliveTimeout = 15 * options.WriteTimeout,
        });
        _stream = context.Features.Get<WatchedUpgrade>()?.Stream;
        _stream?.Hide(Hides);
        _receiving = ReceiveAsync(_socket);
    }

    /// <returns>Whether the WebSocket mustn't see what came: it would answer each ping, and take an unmasked frame apart as if it were masked.</returns>
    private bool Hides(ClientFrames frames)
    {
        if (frames.IsUnmasked) Finish(SubscriberEnd.ProtocolError);
        // A new period begins with what this read has brought.
        if (Time.GetElapsedTime(_periodBegan) > ControlPeriod) (_periodBegan, _framesBefore) = (Time.GetTimestamp(), _framesSeen);
        _framesSeen = frames.ControlFrames;
        _isFlood |= _framesSeen - _framesBefore > MaxControlFrames;
        if (_isFlood) Finish(SubscriberEnd.TooManyMessages);
        return (frames.IsUnmasked || _isFlood) && !(frames.HasFarewell && _socket!.State == WebSocketState.CloseSent);
    }

    /// <summary>Reads, since pongs and the farewell come that way; nothing that is said means anything.</summary>
    private async Task ReceiveAsync(WebSocket socket)
    {
        var (messages, bytes) = (0L, 0L);
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), _ending.Token);
                if (received.MessageType == WebSocketMessageType.Close) break;
                // An empty fragment counts too; otherwise a client could send them without end.
                if (received.EndOfMessage || received.Count == 0) messages++;
                bytes += received.Count;
                // Reading goes on until the client has received the close frame.
                if (bytes > MaxMessageBytes) Finish(SubscriberEnd.MessagesTooLarge);
                else if (messages > MaxMessages) Finish(SubscriberEnd.TooManyMessages);
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // The connection ended without a close frame.
        }
        Finish(SubscriberEnd.ClientGone);
    }

    // A closed WebSocket throws InvalidOperationException when it is read or written.
    private static bool IsGone(Exception e) => e is WebSocketException or IOException or OperationCanceledException or InvalidOperationException;
}
