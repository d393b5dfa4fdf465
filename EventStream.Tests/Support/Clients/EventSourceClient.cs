using System.Globalization;
using System.Net;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Behaves as a browser's EventSource: after every end of a stream it reconnects with the id of the last complete block, and it stops at any status other than 200.</summary>
/// <remarks>It has its own parser, so that it doesn't share a mistake with the writer or with <see cref="SseClient"/>.</remarks>
internal sealed class EventSourceClient : ReconnectingClient
{
    private readonly HttpMessageInvoker _client;
    private readonly Uri _address;
    // The delay of EventSource until a stream sets another.
    private TimeSpan _retry = TimeSpan.FromSeconds(3);

    public EventSourceClient(Uri address) => (_address, _client) = (address, Invoker());

    /// <summary>Called with the status when it stops for good.</summary>
    public Action<HttpStatusCode> OnStopped { get; init; } = _ => { };

    protected override TimeSpan Delay => _retry;

    protected override void Release() => _client.Dispose();

    protected override async Task<bool> ConnectAndReadAsync(CancellationTokenSource connection)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _address);
            request.Headers.Accept.ParseAdd("text/event-stream");
            if (LastEventId.Length > 0) request.Headers.TryAddWithoutValidation("Last-Event-ID", LastEventId);
            using var response = await _client.SendAsync(request, connection.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                OnStopped(response.StatusCode);
                return true;
            }
            OnOpened();
            await ReadAsync(await response.Content.ReadAsStreamAsync(connection.Token), connection);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // A network failure isn't an answer, so the client reconnects.
        }
        return false;
    }

    private async Task ReadAsync(Stream body, CancellationTokenSource connection)
    {
        using var reader = new StreamReader(body, Encoding.UTF8);
        var (type, data, id) = ("", new StringBuilder(), LastEventId);
        while (true)
        {
            if (Watchdog != Timeout.InfiniteTimeSpan) connection.CancelAfter(Watchdog);
            // A block that the end of the stream cuts off has no empty line after it and is never dispatched.
            if (await reader.ReadLineAsync(connection.Token) is not { } line) return;
            if (line.Length == 0)
            {
                LastEventId = id;
                if (data.Length > 0 || type.Length > 0) OnBlock(new SseBlock(type.Length == 0 ? "message" : type, data.ToString().TrimEnd('\n'), id));
                (type, data) = ("", data.Clear());
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon == 0) continue;
            var (name, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
            if (value.StartsWith(' ')) value = value[1..];
            switch (name)
            {
                case "event": type = value; break;
                case "data": data.Append(value).Append('\n'); break;
                case "id" when !value.Contains('\0', StringComparison.Ordinal): id = value; break;
                case "retry" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds): _retry = TimeSpan.FromMilliseconds(milliseconds); break;
                default: break;
            }
        }
    }
}
