using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace EventStream.Tests.Support;

/// <summary>Behaves as a page should: it keeps the last <c>id</c> of any message, and reconnects with it after every end but the close codes 1000 and 1008.</summary>
internal sealed class ReconnectingWebSocket : ReconnectingClient
{
    private const int LongestOverFirst = 8;

    private readonly HttpMessageInvoker _client;
    private readonly Uri _address;
    private TimeSpan _delay;

    public ReconnectingWebSocket(Uri address) => (_address, _client) = (address, Invoker());

    /// <summary>The delay after a connection that broke; it doubles with each further connection that brought no message. <c>stream_closing</c> sets the delay by <c>retry_ms</c>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Called with the close code when it stops for good.</summary>
    public Action<WebSocketCloseStatus> OnClosed { get; init; } = _ => { };

    protected override TimeSpan Delay => _delay;

    protected override void Release() => _client.Dispose();

    protected override async Task<bool> ConnectAndReadAsync(CancellationTokenSource connection)
    {
        // Doubled here; a message sets it back.
        _delay = _delay == TimeSpan.Zero ? FirstDelay : TimeSpan.FromTicks(Math.Min(2 * _delay.Ticks, LongestOverFirst * FirstDelay.Ticks));
        try
        {
            using var socket = new ClientWebSocket();
            if (Watchdog != Timeout.InfiniteTimeSpan) connection.CancelAfter(Watchdog);
            await socket.ConnectAsync(Address(), _client, connection.Token);
            OnOpened();
            if (await ReadAsync(socket, connection) is not (WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.PolicyViolation)) return false;
            OnClosed(socket.CloseStatus!.Value);
            return true;
        }
        catch (Exception e) when (IsFailure(e) || e is WebSocketException)
        {
            // Without a close frame browsers report the code 1006, after which a page reconnects.
            return false;
        }
    }

    private Uri Address()
    {
        if (LastEventId.Length == 0) return _address;
        var cursor = $"last_event_id={Uri.EscapeDataString(LastEventId)}";
        return new UriBuilder(_address) { Query = _address.Query.Length == 0 ? cursor : $"{_address.Query}&{cursor}" }.Uri;
    }

    private async Task<WebSocketCloseStatus?> ReadAsync(ClientWebSocket socket, CancellationTokenSource connection)
    {
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(4096), connection.Token);
            // A page can't see pings, so only a message counts as a sign of life.
            if (Watchdog != Timeout.InfiniteTimeSpan) connection.CancelAfter(Watchdog);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, connection.Token);
                return socket.CloseStatus;
            }
            message.Advance(received.Count);
            if (!received.EndOfMessage) continue;
            Take(message.WrittenSpan);
            message.ResetWrittenCount();
        }
    }

    private void Take(ReadOnlySpan<byte> utf8)
    {
        var envelope = JsonElement.Parse(utf8);
        if (envelope.TryGetProperty("id", out var id)) LastEventId = id.GetString()!;
        var type = envelope.GetProperty("type").GetString()!;
        _delay = type == "stream_closing" && envelope.GetProperty("payload").TryGetProperty("retry_ms", out var retry) ? TimeSpan.FromMilliseconds(retry.GetInt32()) : FirstDelay;
        OnBlock(new SseBlock(type, Encoding.UTF8.GetString(utf8), LastEventId));
    }
}
