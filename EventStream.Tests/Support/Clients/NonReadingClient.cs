using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Requests a stream and never reads a byte of it.</summary>
internal sealed class NonReadingClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };

    private NonReadingClient() { }

    public static async Task<NonReadingClient> OpenAsync(Uri address, string pathAndQuery, CancellationToken cancellationToken)
    {
        var client = new NonReadingClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        await client._socket.SendAsync(Encoding.ASCII.GetBytes($"GET {pathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nAccept: text/event-stream\r\n\r\n"), cancellationToken);
        return client;
    }

    public void Dispose() => _socket.Dispose();
}
