using System.Net;
using EventStream.Benchmarks.Load.Secure;

namespace EventStream.Benchmarks.Load;

/// <summary>The connection of one stream, with TLS or without. Nothing blocks.</summary>
internal sealed class StreamSocket(SocketSet sockets, TlsClient? tls)
{
    private int _socket = -1;
    private int _token;
    private nint _session;

    public bool IsOpen => _socket >= 0;

    /// <summary>Begins to connect.</summary>
    /// <exception cref="IOException">No server listens.</exception>
    public void Connect(IPEndPoint to, IPolled polled)
    {
        _socket = sockets.Connect(to, polled, out _token);
        if (_socket < 0) throw Refused();
    }

    /// <summary>Goes on connecting, when the socket is ready for it.</summary>
    /// <returns>Whether the request can be sent.</returns>
    /// <exception cref="IOException">The server refused.</exception>
    public bool TryFinishConnecting()
    {
        if (_session == 0)
        {
            if (SocketSet.ErrorOf(_socket) != 0) throw Refused();
            if (tls is null) return true;
            _session = tls.Begin(_socket);
        }
        var wanted = tls!.Handshake(_session);
        if (wanted == Ready.None) return true;
        sockets.Watch(_socket, _token, wanted);
        return false;
    }

    /// <summary>Sends something short.</summary>
    /// <exception cref="IOException">The connection was cut.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        var sent = _session == 0 ? Linux.Send(_socket, bytes, bytes.Length, Linux.NoSignal) : OpenSsl.Write(_session, bytes, bytes.Length);
        if (sent != bytes.Length) throw Refused();
    }

    /// <summary>From now on the stream is called when there is something to read.</summary>
    public void WatchAnswers() => sockets.Watch(_socket, _token, Ready.Read);

    /// <summary>Reads what has arrived.</summary>
    /// <returns>How many bytes; 0 when the server has closed, -1 when nothing can be read yet.</returns>
    /// <exception cref="IOException">The connection was cut.</exception>
    public int Receive(Span<byte> bytes)
    {
        if (_session != 0) return TlsClient.Read(_session, bytes);
        var count = (int)Linux.Receive(_socket, bytes, bytes.Length, 0);
        return count < 0 && Linux.LastError is Linux.TryAgain or Linux.Interrupted ? -1 : Math.Max(0, count);
    }

    public void Close()
    {
        if (_socket < 0) return;
        if (_session != 0) OpenSsl.Free(_session);
        _ = Linux.Close(_socket);
        (_socket, _session) = (-1, 0);
    }

    private static IOException Refused() => new("the connection was refused");
}
