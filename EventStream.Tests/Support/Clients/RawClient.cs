using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Speaks HTTP by hand, so that a test can send half of a request or leave in the middle of it.</summary>
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

    /// <summary>Sends text; its line ends become those of HTTP.</summary>
    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _socket.SendAsync(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")), cancellationToken);

    /// <summary>Reads until a text has arrived, or until the server closes.</summary>
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
            // The connection was cut: the text up to that point counts.
        }
        return text.ToString();
    }

    /// <summary>Resets the connection instead of closing it.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
