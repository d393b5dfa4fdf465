using System.Buffers;
using System.Runtime.CompilerServices;

namespace EventStream.Api.Streaming.Connections;

/// <summary>The bytes to and from a WebSocket client; what it sends is followed on its way.</summary>
internal sealed class WatchedStream(Stream inner) : Stream
{
    private ClientFrames _frames;
    private Func<ClientFrames, bool>? _hides;
    private volatile bool _isGathering;
    private ArrayBufferWriter<byte>? _gathered;

    /// <summary>Asks after each read, on the reading thread, whether what came is kept from the reader.</summary>
    public void Hide(Func<ClientFrames, bool> hides) => _hides = hides;

    /// <summary>Whether what is written waits for what comes after it, so that all of it is sent at once.</summary>
    public bool IsGathering { get => _isGathering; set => _isGathering = value; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _frames.Add(buffer.Span[..read]);
            if (read == 0 || _hides?.Invoke(_frames) != true) return read;
        }
    }

    // The WebSocket writes one frame after the other, also those that it sends by itself.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isGathering)
        {
            (_gathered ??= new ArrayBufferWriter<byte>()).Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
        if (_gathered is not { } gathered) return inner.WriteAsync(buffer, cancellationToken);
        gathered.Write(buffer.Span);
        _gathered = null;
        return inner.WriteAsync(gathered.WrittenMemory, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _isGathering ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
