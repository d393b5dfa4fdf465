using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Stands between a client and a server on loopback and behaves as bad networks do: it drops bytes silently, cuts connections and delays.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly Task _accepting;

    public TcpRelay(int target)
    {
        Target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server's port; another one counts for later connections.</summary>
    public int Target { get; set; }

    /// <summary>The open connections.</summary>
    public IReadOnlyCollection<Connection> Connections => [.. _connections.Keys];

    /// <summary>How long each piece is delayed.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Cuts all connections, as a crash would.</summary>
    public void Cut()
    {
        foreach (var connection in Connections) connection.Cut();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                var connection = new Connection(this, client);
                _connections[connection] = ServeAsync(connection);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay was disposed.
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        await Task.Yield();
        await connection.RunAsync(Target, _closing.Token);
        _connections.TryRemove(connection, out _);
    }

    /// <summary>One connection through the relay.</summary>
    internal sealed class Connection(TcpRelay relay, TcpClient client) : IDisposable
    {
        private readonly TcpClient _server = new();
        private readonly ConcurrentQueue<string> _asked = new();
        private int _isEnded;

        /// <summary>Selects the pieces from the server that are dropped; neither side is told.</summary>
        public Func<string, bool>? SwallowsAnswer { get; set; }

        /// <summary>Selects the pieces from the client that are dropped; neither side is told.</summary>
        public Func<string, bool>? SwallowsRequest { get; set; }

        /// <summary>Whether the client has sent this text in one piece.</summary>
        public bool HasAsked(string text) => _asked.Any(asked => asked.Contains(text, StringComparison.OrdinalIgnoreCase));

        /// <summary>Resets both sides.</summary>
        public void Cut() => End(new LingerOption(true, 0));

        public void Dispose() => End(new LingerOption(false, 0));

        public async Task RunAsync(int target, CancellationToken cancellationToken)
        {
            try
            {
                await _server.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
                (client.NoDelay, _server.NoDelay) = (true, true);
                var up = CopyAsync(client, _server, asked =>
                {
                    _asked.Enqueue(asked);
                    return SwallowsRequest?.Invoke(asked) == true;
                }, cancellationToken);
                var down = CopyAsync(_server, client, answer => SwallowsAnswer?.Invoke(answer) == true, cancellationToken);
                await await Task.WhenAny(up, down);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or NullReferenceException)
            {
                // One side closed, so the connection ends. A TcpClient that is disposed while it begins to connect meets a null.
            }
            Dispose();
        }

        private void End(LingerOption linger)
        {
            if (Interlocked.Exchange(ref _isEnded, 1) == 1) return;
            client.Client.LingerState = linger;
            client.Dispose();
            _server.Client.LingerState = linger;
            _server.Dispose();
        }

        private async Task CopyAsync(TcpClient from, TcpClient to, Func<string, bool> isSwallowed, CancellationToken cancellationToken)
        {
            var buffer = new byte[65536];
            while (await from.GetStream().ReadAsync(buffer, cancellationToken) is > 0 and var length)
            {
                if (relay.Delay > TimeSpan.Zero) await Task.Delay(relay.Delay, cancellationToken);
                if (!isSwallowed(Encoding.UTF8.GetString(buffer, 0, length))) await to.GetStream().WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            }
        }
    }
}
