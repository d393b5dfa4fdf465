using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Behaves as a browser's EventSource: comes back after every end of a stream with the id of the last complete block, stops at any other answer than 200.</summary>
/// <remarks>Its parser is its own, so that it doesn't share a mistake with the writer or with <see cref="SseClient"/>.</remarks>
internal sealed class EventSourceClient : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _leaving = new();
    private readonly HttpClient _client;
    private readonly Uri _address;
    private volatile Action? _cut;
    private volatile TaskCompletionSource? _absence;
    private TimeSpan _retry = FirstRetry;
    private Task _running = Task.CompletedTask;

    public EventSourceClient(Uri address)
    {
        _address = address;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public Action OnOpened { get; init; } = () => { };

    public Action<SseBlock> OnBlock { get; init; } = _ => { };

    /// <summary>Hears when it stops for good, and at which status.</summary>
    public Action<HttpStatusCode> OnStopped { get; init; } = _ => { };

    /// <summary>Stands between the network and the reader.</summary>
    public Func<Stream, Stream> Reading { get; init; } = stream => stream;

    /// <summary>How long nothing may come, not even a comment, before it drops the connection, as a page's own watchdog does; EventSource itself waits forever.</summary>
    public TimeSpan Watchdog { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How much the system reads ahead for a reader that doesn't read; 0: as much as it likes.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>Empty until a block had one.</summary>
    public string LastEventId { get; private set; } = "";

    public void Start() => _running = RunAsync();

    /// <summary>Loses the connection, as a network does; it comes back by itself.</summary>
    public void Cut()
    {
        try
        {
            _cut?.Invoke();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }
    }

    /// <summary>Loses the connection and stays away until <see cref="Return"/>.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        _absence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cut();
        await Eventually.TrueAsync(() => _cut is null, cancellationToken);
    }

    public void Return()
    {
        var absence = _absence;
        _absence = null;
        absence?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _running;
        _client.Dispose();
        _leaving.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                if (_absence is { } absence) await absence.Task.WaitAsync(_leaving.Token);
                if (await ConnectAndReadAsync() is { } status)
                {
                    OnStopped(status);
                    return;
                }
                await Task.Delay(_retry, _leaving.Token);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // Its test is over.
        }
    }

    private async Task<HttpStatusCode?> ConnectAndReadAsync()
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        _cut = connection.Cancel;
        try
        {
            if (_absence is not null) return null;
            using var request = new HttpRequestMessage(HttpMethod.Get, _address);
            request.Headers.Accept.ParseAdd("text/event-stream");
            if (LastEventId.Length > 0) request.Headers.TryAddWithoutValidation("Last-Event-ID", LastEventId);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, connection.Token);
            if (response.StatusCode != HttpStatusCode.OK) return response.StatusCode;
            OnOpened();
            await ReadAsync(Reading(await response.Content.ReadAsStreamAsync(connection.Token)), connection);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !_leaving.IsCancellationRequested))
        {
            // A network that fails is no answer: it comes back.
        }
        finally
        {
            _cut = null;
        }
        return null;
    }

    private async Task ReadAsync(Stream body, CancellationTokenSource connection)
    {
        using var reader = new StreamReader(body, Encoding.UTF8);
        var (type, data, id) = ("", new StringBuilder(), LastEventId);
        while (true)
        {
            if (Watchdog != Timeout.InfiniteTimeSpan) connection.CancelAfter(Watchdog);
            // What the end of the stream cuts off has no empty line behind it and is never dispatched.
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

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (ReceiveBuffer > 0) socket.ReceiveBufferSize = ReceiveBuffer;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
