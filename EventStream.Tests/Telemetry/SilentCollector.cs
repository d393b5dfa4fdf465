using System.Net;
using System.Net.Sockets;
using EventStream.Tests.Support;

namespace EventStream.Tests.Telemetry;

/// <summary>A collector that hangs: it accepts every connection and never answers.</summary>
internal sealed class SilentCollector : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];
    private readonly Task _accepting;

    public SilentCollector()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many connections it has accepted.</summary>
    public int Connections
    {
        get { lock (_clients) return _clients.Count; }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.WaitAsync(Timeouts.Default, CancellationToken.None);
        foreach (var client in _clients) client.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(CancellationToken.None);
                lock (_clients) _clients.Add(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The collector was disposed.
        }
    }
}
