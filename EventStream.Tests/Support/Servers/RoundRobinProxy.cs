using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventStream.Tests.Support;

/// <summary>A load balancer for TCP: each connection goes to the next backend that accepts it, and its bytes go both ways.</summary>
internal sealed class RoundRobinProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Relay, Task> _relays = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IReadOnlyList<int> _backends;
    private readonly Task _accepting;
    private int _next;

    /// <param name="backends">Ports on loopback.</param>
    public RoundRobinProxy(IReadOnlyList<int> backends)
    {
        _backends = backends;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>From now on drops the bytes of the open connections, and tells neither side.</summary>
    public void Freeze()
    {
        foreach (var relay in _relays.Keys) relay.IsFrozen = true;
    }

    /// <summary>Closes the open connections.</summary>
    public void Cut()
    {
        foreach (var relay in _relays.Keys) relay.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        await Task.WhenAll(_relays.Values);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Serve(await _listener.AcceptAsync(_stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The proxy is stopping, or the client has gone again.
            }
        }
    }

    private void Serve(Socket client)
    {
        client.NoDelay = true;
        var relay = new Relay(client);
        var relaying = new TaskCompletionSource();
        _relays[relay] = relaying.Task;
        _ = ServeAsync();

        async Task ServeAsync()
        {
            try
            {
                if (await BackendAsync() is { } backend) await relay.RunAsync(backend);
            }
            finally
            {
                relay.Dispose();
                _relays.TryRemove(relay, out _);
                // The proxy's end waits for it.
                relaying.SetResult();
            }
        }
    }

    private async Task<Socket?> BackendAsync()
    {
        for (var attempt = 0; attempt < _backends.Count; attempt++)
        {
            var port = _backends[Interlocked.Increment(ref _next) % _backends.Count];
            var backend = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await backend.ConnectAsync(IPAddress.Loopback, port, _stopping.Token);
                return backend;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                backend.Dispose();
            }
        }
        return null;
    }

    private sealed class Relay(Socket client) : IDisposable
    {
        private Socket? _backend;

        public volatile bool IsFrozen;

        public async Task RunAsync(Socket backend)
        {
            _backend = backend;
            await Task.WhenAll(PumpAsync(client, backend), PumpAsync(backend, client));
        }

        public void Dispose()
        {
            client.Dispose();
            _backend?.Dispose();
        }

        private async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer, CancellationToken.None) is > 0 and var count)
                {
                    for (var sent = 0; sent < count;)
                    {
                        // A silent network takes nothing more, and only the two ends can give up.
                        if (IsFrozen) await WaitForEndAsync(from);
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), CancellationToken.None);
                    }
                }
                if (IsFrozen) return;
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // One side closed, so the other must learn it at once.
                if (!IsFrozen) Dispose();
            }
        }

        private static async Task WaitForEndAsync(Socket socket)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (socket.Connected && !socket.SafeHandle.IsClosed) await timer.WaitForNextTickAsync(CancellationToken.None);
            throw new SocketException((int)SocketError.ConnectionReset);
        }
    }
}
