using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace EventStream.Api.Streaming.Connections;

/// <summary>Writes the body of a response that has begun, in chunks of HTTP/1.1, to the connection's socket itself; the server goes on reading, and ends the response.</summary>
/// <remarks>
/// Writing through the server costs a pipe, an allocation or two and a change of threads each time: more than the kernel's whole work for one event.
/// There is one writer at a time. The server writes nothing meanwhile: it has sent all that it was given, because its flushes end only then
/// (<see cref="Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions.MaxWriteBufferSize"/> of 1), and writes again when the response is completed.
/// </remarks>
internal sealed class ChunkedSocketWriter : PipeWriter
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket _socket;
    private ReadOnlyMemory<byte> _rest;
    private byte[]? _buffer;
    private int _length;
    private bool _isBroken;

    public ChunkedSocketWriter(Socket socket)
    {
        _socket = socket;
        // Non-blocking: the thread that sends serves many clients, and must not wait for one.
        socket.Blocking = false;
    }

    /// <summary>The writer of a response whose headers and first bytes were sent; null when only the server can write it: TLS, HTTP/2, HTTP/1.0, or a body that goes through something else first.</summary>
    public static ChunkedSocketWriter? Of(HttpContext context)
    {
        var features = context.Features;
        var server = features.Get<IHttpResponseBodyFeature>();
        if (features.Get<IConnectionSocketFeature>()?.Socket is not { } socket
            || features.Get<ITlsConnectionFeature>() is not null
            // Kestrel's connection implements all these features itself; a middleware that replaces the body is another object.
            || !ReferenceEquals(server, features.Get<IHttpResponseFeature>()) || !ReferenceEquals(server, features.Get<IHttpConnectionFeature>())
            || !HttpProtocol.IsHttp11(context.Request.Protocol) || context.Response.Headers.TransferEncoding != "chunked") return null;
        try
        {
            return new ChunkedSocketWriter(socket);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The client is gone, which the server finds out by itself.
            return null;
        }
    }

    public override bool CanGetUnflushedBytes => true;

    /// <summary>What the kernel hasn't taken yet: of a chunk that was begun, and of those that follow.</summary>
    public override long UnflushedBytes => _rest.Length + _length;

    /// <summary>Whether a chunk is half sent: until the rest is, nothing else may be.</summary>
    public bool IsInsideChunk => !_rest.IsEmpty || _isBroken;

    /// <summary>Sends a whole chunk without waiting, when nothing else is to be sent before it. What the kernel doesn't take is kept for <see cref="FlushAsync"/>.</summary>
    /// <returns>Whether all of it was taken.</returns>
    public bool TrySend(ReadOnlyMemory<byte> chunk)
    {
        int sent;
        SocketError error;
        try
        {
            sent = _socket.Send(chunk.Span, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            (sent, error) = (0, SocketError.OperationAborted);
        }
        // When the connection is broken, flushing the rest fails again.
        _rest = chunk[sent..];
        return error == SocketError.Success && _rest.IsEmpty;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (!_rest.IsEmpty) await SendAsync(_rest, cancellationToken);
            _rest = default;
            if (_length > 0) await SendAsync(HttpChunk.Seal(_buffer!, _length), cancellationToken);
            return default;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _isBroken = true;
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            _length = 0;
            // No buffer is held while the client has nothing to receive.
            if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        var start = HttpChunk.HeadBytes + _length;
        return _buffer.AsMemory(start, _buffer!.Length - start - HttpChunk.TailBytes);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _length += bytes;

    public override void CancelPendingFlush() => throw new NotSupportedException("A write ends when it is taken or the connection does.");

    public override void Complete(Exception? exception = null) => throw new NotSupportedException("The server completes the response.");

    private ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // The kernel nearly always has room, and then nothing is kept for the socket.
        var sent = _socket.Send(bytes.Span, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new SocketException((int)error);
        return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(bytes[sent..], cancellationToken);
    }

    // What the kernel has no room for is sent as soon as it has.
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
    }

    private void MakeRoom(int bytes)
    {
        var needed = HttpChunk.HeadBytes + _length + bytes + HttpChunk.TailBytes;
        if (_buffer is not null && _buffer.Length >= needed) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, BufferBytes + HttpChunk.HeadBytes + HttpChunk.TailBytes + 256));
        _buffer?.AsSpan(0, HttpChunk.HeadBytes + _length).CopyTo(larger);
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
