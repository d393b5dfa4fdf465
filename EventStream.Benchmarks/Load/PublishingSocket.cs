using System.Net;

namespace EventStream.Benchmarks.Load;

/// <summary>A connection that events are sent over. It keeps what the kernel doesn't take yet.</summary>
internal abstract class PublishingSocket : IPolled, IDisposable
{
    private readonly SocketSet _sockets;
    private readonly IPEndPoint _to;
    private byte[] _out = new byte[64 * 1024];
    private int _sent, _written;
    private int _socket;
    private int _token;
    private bool _isConnected;
    private bool _waitsForRoom = true;

    protected PublishingSocket(SocketSet sockets, IPEndPoint to)
    {
        (_sockets, _to) = (sockets, to);
        Open();
    }

    public int Buffered => _written - _sent;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_written + bytes.Length > _out.Length)
        {
            var left = _out.AsSpan(_sent.._written);
            var to = left.Length + bytes.Length > _out.Length ? new byte[Math.Max(2 * _out.Length, left.Length + bytes.Length)] : _out;
            left.CopyTo(to);
            (_out, _sent, _written) = (to, 0, left.Length);
        }
        bytes.CopyTo(_out.AsSpan(_written));
        _written += bytes.Length;
    }

    public void Flush()
    {
        if (!_isConnected) return;
        while (_sent < _written)
        {
            var count = Linux.Send(_socket, _out.AsSpan(_sent), _written - _sent, Linux.NoSignal);
            if (count < 0 && Linux.LastError == Linux.TryAgain) break;
            if (count < 0) throw new BenchmarkException($"Publishing to {_to} failed: {Linux.LastMessage}.");
            _sent += (int)count;
        }
        if (_sent == _written) (_sent, _written) = (0, 0);
        if (_waitsForRoom == _written > 0) return;
        _waitsForRoom = _written > 0;
        _sockets.Watch(_socket, _token, _waitsForRoom ? Ready.Read | Ready.Write : Ready.Read);
    }

    public void OnReady(Ready ready)
    {
        if (!_isConnected)
        {
            if (SocketSet.ErrorOf(_socket) != 0) throw new BenchmarkException($"Nothing listens at {_to} to publish to.");
            _isConnected = true;
        }
        if ((ready & ~Ready.Write) != Ready.None) Read();
        Flush();
    }

    /// <summary>Takes received bytes of answers.</summary>
    protected abstract void Take(ReadOnlySpan<byte> received);

    /// <summary>Whether an answer is outstanding. A connection that closes then has lost an event.</summary>
    protected abstract bool IsAwaiting { get; }

    public void Dispose() => _ = Linux.Close(_socket);

    private void Open()
    {
        _socket = _sockets.Connect(_to, this, out _token);
        if (_socket < 0) throw new BenchmarkException($"Nothing listens at {_to} to publish to.");
        (_isConnected, _waitsForRoom) = (false, true);
    }

    private void Read()
    {
        var count = Linux.Receive(_socket, _sockets.Buffer, _sockets.Buffer.Length, 0);
        if (count > 0)
        {
            Take(_sockets.Buffer.AsSpan(0, (int)count));
            return;
        }
        if (count < 0 && Linux.LastError is Linux.TryAgain or Linux.Interrupted) return;
        if (IsAwaiting) throw new BenchmarkException($"{_to} closed the connection that events were published over, before it answered.");
        // The server doesn't keep connections open: the next event needs a new one.
        Dispose();
        Open();
    }
}
