namespace EventStream.Tests.Chaos;

/// <summary>Hands out what is read at a client's pace.</summary>
internal sealed class PacedStream(Stream inner, Pace pace) : Stream
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (pace.BytesPerSecond == int.MaxValue) return await inner.ReadAsync(buffer, cancellationToken);
        do await Task.Delay(Tick, cancellationToken); while (pace.BytesPerSecond == 0);
        var share = (int)Math.Max(1, pace.BytesPerSecond * Tick.TotalSeconds);
        return await inner.ReadAsync(buffer[..Math.Min(buffer.Length, share)], cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
