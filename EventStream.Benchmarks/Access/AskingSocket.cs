using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Access;

/// <summary>A connection that sends one request after another, with as little work of its own as can be.</summary>
internal sealed class AskingSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];

    public AskingSocket(Uri server) => _socket.Connect(new IPEndPoint(IPAddress.Loopback, server.Port));

    /// <summary>Sends a request and reads its answer whole.</summary>
    /// <exception cref="BenchmarkException">The answer has another status.</exception>
    public void Ask(ReadOnlySpan<byte> request, int expected)
    {
        _socket.Send(request);
        var answer = default(ResponseReader);
        while (!answer.IsEnded)
        {
            var read = _socket.Receive(_buffer);
            if (read == 0) throw new BenchmarkException("The server closed the connection.");
            ReadOnlySpan<byte> received = _buffer.AsSpan(0, read);
            while (!received.IsEmpty && !answer.IsEnded) answer.Next(ref received);
        }
        if (answer.Status != expected) throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture, $"The server answered {answer.Status} where {expected} was expected."));
    }

    public void Dispose() => _socket.Dispose();
}
