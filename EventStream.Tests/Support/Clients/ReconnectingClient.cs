using System.Net.Sockets;

namespace EventStream.Tests.Support;

/// <summary>A client that reconnects with the last id it received, after every end but a final one.</summary>
internal abstract class ReconnectingClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private volatile Action? _cut;
    private volatile TaskCompletionSource? _absence;
    private Task _running = Task.CompletedTask;

    public Action OnOpened { get; init; } = () => { };

    public Action<SseBlock> OnBlock { get; init; } = _ => { };

    /// <summary>Wraps the network's stream.</summary>
    public Func<Stream, Stream> Reading { get; init; } = stream => stream;

    /// <summary>After so long without a byte it drops the connection, as a page's own watchdog does. By default it waits for ever.</summary>
    public TimeSpan Watchdog { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The size of the kernel's receive buffer, which limits how far the kernel reads ahead; 0 leaves the default.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>The last id; empty until there is one.</summary>
    public string LastEventId { get; protected set; } = "";

    /// <summary>How long it waits before it reconnects.</summary>
    protected abstract TimeSpan Delay { get; }

    public void Start() => _running = RunAsync();

    /// <summary>Cuts the connection, as a network does; the client reconnects by itself.</summary>
    public void Cut()
    {
        try
        {
            _cut?.Invoke();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended at this moment.
        }
    }

    /// <summary>Cuts the connection and stays away until <see cref="Return"/>.</summary>
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
        Release();
        _leaving.Dispose();
    }

    /// <summary>One connection, from its beginning to its end.</summary>
    /// <param name="connection">Cuts the connection; also serves as the watchdog's timer.</param>
    /// <returns>Whether that end is final.</returns>
    protected abstract Task<bool> ConnectAndReadAsync(CancellationTokenSource connection);

    protected abstract void Release();

    /// <summary>Whether the exception means that a connection failed, so that the client reconnects.</summary>
    protected bool IsFailure(Exception e) => e is HttpRequestException or IOException || (e is OperationCanceledException && !_leaving.IsCancellationRequested);

    protected HttpMessageInvoker Invoker() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync });

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                if (_absence is { } absence) await absence.Task.WaitAsync(_leaving.Token);
                if (await IsOverAsync()) return;
                await Task.Delay(Delay, _leaving.Token);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The test has ended.
        }
    }

    private async Task<bool> IsOverAsync()
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        _cut = connection.Cancel;
        try
        {
            return _absence is null && await ConnectAndReadAsync(connection);
        }
        finally
        {
            _cut = null;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (ReceiveBuffer > 0) socket.ReceiveBufferSize = ReceiveBuffer;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return Reading(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
