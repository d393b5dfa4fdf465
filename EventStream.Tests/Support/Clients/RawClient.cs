using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Speaks HTTP by hand: sends half of a request, or leaves in the middle of it.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private RawClient() { }

    public static async Task<RawClient> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        return client;
    }

    /// <summary>Sends text whose lines end as HTTP wants it.</summary>
    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _socket.SendAsync(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")), cancellationToken);

    /// <summary>What comes until a text has come, or until the server closes.</summary>
    public async Task<string> ReadUntilAsync(string end, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (!text.ToString().Contains(end, StringComparison.Ordinal) && await _socket.ReceiveAsync(buffer, cancellationToken).AsTask().WaitAsync(Timeouts.Default, cancellationToken) is > 0 and var count)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Cut: what came until then counts.
        }
        return text.ToString();
    }

    /// <summary>Leaves with a reset instead of a farewell.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
