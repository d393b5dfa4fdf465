namespace EventStream.Listening.Http;

/// <summary>The bytes of a stream, bounded: a line that never ends and a connection that is silent for too long are cut.</summary>
internal sealed class WatchedBody : Stream
{
    // Four of the largest events.
    private const int MaxEventBytes = 1024 * 1024;

    // Three heartbeats.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(45);

    private readonly Stream _body;
    private readonly CancellationToken _leaving;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenRegistration _registration;
    private int _unfinished;
    private bool _endedWithLine;

    public WatchedBody(Stream body, TimeProvider time, CancellationToken leaving)
    {
        (_body, _leaving) = (body, leaving);
        _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = leaving.UnsafeRegister(static silence => ((CancellationTokenSource)silence!).Cancel(), _silence);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _silence.CancelAfter(MaxSilence);
        try
        {
            var length = await _body.ReadAsync(buffer, _silence.Token).ConfigureAwait(false);
            Count(buffer.Span[..length]);
            return length;
        }
        catch (OperationCanceledException e) when (!_leaving.IsCancellationRequested)
        {
            throw new IOException($"Nothing came for {MaxSilence.TotalSeconds} s, not even a heartbeat.", e);
        }
        finally
        {
            // A reader that is busy isn't waiting.
            if (!_silence.IsCancellationRequested) _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _registration.Dispose();
            _silence.Dispose();
            _body.Dispose();
        }
        base.Dispose(disposing);
    }

    // An event ends with an empty line.
    private void Count(ReadOnlySpan<byte> read)
    {
        if (read.IsEmpty) return;
        var end = Math.Max(read.LastIndexOf("\n\n"u8), read.LastIndexOf("\n\r\n"u8));
        if (end < 0 && _endedWithLine && read[0] == (byte)'\n') end = 0;
        _unfinished = end < 0 ? _unfinished + read.Length : read.Length - end;
        _endedWithLine = read[^1] == (byte)'\n';
        if (_unfinished > MaxEventBytes) throw new IOException($"An event takes more than {MaxEventBytes} bytes.");
    }
}
