using System.Buffers;
using System.Text.Json;
using EventStream.Api.Streaming.Connections;

namespace EventStream.Api.Ingest;

/// <summary>Writes the answers to an upload. Most clients read nothing before they have sent everything, so a write isn't awaited while the node has room for it.</summary>
internal sealed class LineAnswers(HttpContext context, Upload upload, TimeProvider time)
{
    /// <summary>The most bytes that one client may leave unread while it sends.</summary>
    /// <value>16 MiB: the answers to some 60,000 lines.</value>
    public const long MaxUnreadBytes = 16L * 1024 * 1024;

    /// <summary>How long an upload without a length must be silent until it is taken for one that is followed, and its answers are sent.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SocketProgress? _socket = SocketProgress.Of(context, time);
    private Task _flushing = Task.CompletedTask;

    // nginx passes nothing more of an upload on once its answer has begun and the server reads slower than the client sends.
    private bool _isHolding = true;
    private long _unread;
    private long _progressAt = time.GetTimestamp();
    private long _sentAt = time.GetTimestamp();

    /// <summary>The number of the last line that was answered.</summary>
    public long LastLine { get; private set; }

    /// <summary>Whether a line was answered, whether or not the answer was sent.</summary>
    public bool HasAnswered => LastLine > 0;

    /// <summary>Whether answers wait for a pause of the upload. Those to an upload with a length wait for its end.</summary>
    public bool AwaitsPause => _isHolding && HasAnswered && context.Request.ContentLength is null;

    /// <summary>Whether the client has yet to take answers.</summary>
    public bool IsPending => !_flushing.IsCompleted;

    /// <summary>Whether the connection was cut because the client doesn't read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>How often a client that has yet to take answers is looked at.</summary>
    public TimeSpan LooksEvery => upload.Options.AnswerTimeout / 4;

    public async Task WriteAsync(IReadOnlyList<IngestAnswer> answers)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var answer in answers)
        {
            body.Write(JsonSerializer.SerializeToUtf8Bytes(answer, AnswerJsonContext.Default.IngestAnswer));
            body.Write("\n"u8);
        }
        _sentAt = time.GetTimestamp();
        if (!HasAnswered) context.Response.ContentType = "application/x-ndjson";
        LastLine = answers[^1].Line!.Value;
        if (!_isHolding && !IsPending) (_unread, _progressAt) = (0, _sentAt);
        context.Response.BodyWriter.Write(body.WrittenSpan);
        _unread += body.WrittenCount;
        if (_isHolding && HasRoom()) return;
        Send();
        if (!HasRoom()) await TakenAsync();
    }

    /// <summary>Waits until the client has taken all answers.</summary>
    /// <exception cref="OperationCanceledException">It took nothing for too long, or it left: the connection is cut.</exception>
    public async Task TakenAsync()
    {
        if (_isHolding) Send();
        while (IsPending)
        {
            using var look = new CancellationTokenSource(LooksEvery, time);
            await _flushing.WaitAsync(look.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsPending && IsStuck()) Cut();
        }
        await _flushing;
        _unread = 0;
        upload.TryHoldAnswers(0);
    }

    /// <summary>Looks at what the client has taken, while the server waits for its next bytes.</summary>
    /// <param name="hasSent">Whether bytes came.</param>
    /// <exception cref="OperationCanceledException">The client neither sends nor reads: the connection is cut.</exception>
    public void Look(bool hasSent)
    {
        if (hasSent) _sentAt = time.GetTimestamp();
        else if (AwaitsPause) Send();
        if (_isHolding) return;
        if (!IsPending)
        {
            if (_unread == 0) return;
            _unread = 0;
            upload.TryHoldAnswers(0);
            return;
        }
        if (IsStuck() && time.GetElapsedTime(_sentAt) >= upload.Options.AnswerTimeout) Cut();
    }

    private bool HasRoom() => upload.TryHoldAnswers(_unread) && _unread <= MaxUnreadBytes;

    private void Send()
    {
        if (_isHolding) _progressAt = time.GetTimestamp();
        _isHolding = false;
        if (!HasAnswered) return;
        _flushing = context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
        if (_flushing.IsCompleted) _unread = 0;
    }

    private bool IsStuck() => (_socket?.Stall() ?? time.GetElapsedTime(_progressAt)) >= upload.Options.AnswerTimeout;

    private void Cut()
    {
        upload.Refused(UploadRefusal.UnreadAnswers);
        IsCut = true;
        context.Abort();
        throw new OperationCanceledException("The client doesn't read its answers.");
    }
}
