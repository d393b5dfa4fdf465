using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>An HTTP proxy on loopback that only tunnels: <c>CONNECT host:port</c>.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private int _tunnels;

    public ConnectProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were tunnelled.</summary>
    public int Tunnels => Volatile.Read(ref _tunnels);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                var from = client.GetStream();
                var target = (await ReadHeadAsync(from)).Split(' ')[1].Split(':');
                await server.ConnectAsync(target[0], int.Parse(target[1]), _closing.Token);
                var to = server.GetStream();
                await from.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _closing.Token);
                Interlocked.Increment(ref _tunnels);
                await Task.WhenAny(from.CopyToAsync(to, _closing.Token), to.CopyToAsync(from, _closing.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two sides closed.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(next, _closing.Token);
            head.Append((char)next[0]);
        }
        return head.ToString();
    }
}
