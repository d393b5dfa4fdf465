using System.Buffers;
using EventStream.Api.Access;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Events;

namespace EventStream.Api.Ingest;

/// <summary>Reads the lines of a body as they arrive, however long the body lasts.</summary>
internal sealed class LineReader(HttpRequest request, Upload upload, LineAnswers answers, Caller caller, CallerWatch watch, TimeProvider time) : IDisposable
{
    /// <summary>The most bytes of a line.</summary>
    /// <value>1 MiB: four times the limit of an event, since native events are wordier.</value>
    public const int MaxLineBytes = 1024 * 1024;

    private readonly ITimer _wake = time.CreateTimer(static body => ((System.IO.Pipelines.PipeReader)body!).CancelPendingRead(), request.BodyReader, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private readonly FrameLines _frames = new();
    private long _number;
    private long _lineBeganAt;
    private bool _isInLine;
    private bool _isInRefusedLine;

    /// <summary>Whether the body is Server-Sent Events.</summary>
    public bool IsEventStream => _frames.IsEventStream;

    /// <summary>The number of the last line.</summary>
    public long LastLine => _number;

    /// <summary>Waits for lines and takes the frames that have arrived; empty lines are skipped.</summary>
    /// <returns>At most <paramref name="maxLines"/>; null at the end of the body.</returns>
    /// <exception cref="BadHttpRequestException">The body ended early.</exception>
    /// <exception cref="NodeBusyException">The node has no room for an unfinished line.</exception>
    /// <exception cref="EventRejectedException">The body is written in UTF-16.</exception>
    /// <exception cref="CallerEndedException">What the caller showed has ended.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled, or the client neither sends nor reads.</exception>
    public async Task<IReadOnlyList<BodyLine>?> ReadAsync(int maxLines, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        var lines = new List<BodyLine>();
        while (true)
        {
            Set(_wake, WakesAfter());
            var read = await PublishBody.ReadAsync(request, reader);
            if (read.IsCanceled && cancellationToken.IsCancellationRequested)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new OperationCanceledException(cancellationToken);
            }
            // Kestrel reads the rest of a refused request, which it can't while a read is open.
            if (_number == 0 && IsUtf16(read.Buffer))
            {
                reader.AdvanceTo(read.Buffer.End);
                throw PublishBody.Utf16();
            }
            var rest = Take(read.Buffer, lines, maxLines, read.IsCompleted);
            if (read.IsCompleted && rest.IsEmpty) _frames.End(lines);
            var unfinished = (lines.Count < maxLines ? rest.Length : 0) + _frames.HeldBytes;
            if (!upload.TryHoldLine(unfinished))
            {
                reader.AdvanceTo(read.Buffer.End);
                throw NoMemory();
            }
            NoteLine(unfinished > 0, isNew: lines.Count > 0);
            if (IsLate)
            {
                var late = new LateBodyException($"The line didn't end within {upload.Options.LineTimeout.TotalSeconds} seconds (Ingest:LineTimeout); send it whole.");
                if (_frames.HeldBytes > 0) _frames.Refuse(lines, late);
                if (!rest.IsEmpty) lines.Add(Refuse(late));
                _isInLine = false;
                upload.Refused(UploadRefusal.LateLine);
                rest = rest.Slice(rest.End);
            }
            // After a full batch the rest is left for the next call; otherwise the next read must wait for more bytes.
            reader.AdvanceTo(rest.Start, lines.Count < maxLines ? rest.End : rest.Start);
            if (lines.Count > 0) return lines;
            if (read.IsCompleted) return null;
            watch.Require(caller);
            answers.Look(hasSent: !read.IsCanceled);
        }
    }

    public void Dispose() => _wake.Dispose();

    private bool IsLate => _isInLine && time.GetElapsedTime(_lineBeganAt) >= upload.Options.LineTimeout;

    private TimeSpan WakesAfter()
    {
        var line = _isInLine ? upload.Options.LineTimeout - time.GetElapsedTime(_lineBeganAt) : TimeSpan.MaxValue;
        var answer = answers.AwaitsPause ? LineAnswers.Pause : answers.IsPending ? answers.LooksEvery : TimeSpan.MaxValue;
        var look = caller.MayEnd ? CallerWatch.LooksEvery : TimeSpan.MaxValue;
        var first = new[] { line, answer, look }.Min();
        return first == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : first;
    }

    // A timer that is due now would cancel the read of what has arrived: let it arrive first.
    private static void Set(ITimer timer, TimeSpan after) =>
        timer.Change(after == Timeout.InfiniteTimeSpan ? after : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(after.TotalMilliseconds))), Timeout.InfiniteTimeSpan);

    private void NoteLine(bool isInLine, bool isNew)
    {
        if (isInLine && (isNew || !_isInLine)) _lineBeganAt = time.GetTimestamp();
        _isInLine = isInLine;
    }

    private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, List<BodyLine> lines, int maxLines, bool isCompleted)
    {
        while (lines.Count < maxLines && buffer.PositionOf((byte)'\n') is { } end)
        {
            Add(lines, buffer.Slice(0, end));
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }
        if (lines.Count >= maxLines) return buffer;
        if (isCompleted && !buffer.IsEmpty)
        {
            Add(lines, buffer);
            return buffer.Slice(buffer.End);
        }
        if (buffer.Length > MaxLineBytes && !_isInRefusedLine) lines.Add(Refuse(TooLong()));
        return _isInRefusedLine ? buffer.Slice(buffer.End) : buffer;
    }

    private void Add(List<BodyLine> lines, ReadOnlySequence<byte> line)
    {
        if (_isInRefusedLine)
        {
            _isInRefusedLine = false;
            return;
        }
        var number = ++_number;
        if (line.Length > MaxLineBytes)
        {
            lines.Add(new BodyLine(number, default, TooLong()));
            return;
        }
        var text = line.ToArray().AsMemory();
        if (number == 1 && text.Span.StartsWith("\uFEFF"u8)) text = text[3..];
        text = text.Trim(" \t\r"u8);
        _frames.Take(number, text, lines);
    }

    private static bool IsUtf16(ReadOnlySequence<byte> body)
    {
        Span<byte> first = stackalloc byte[2];
        if (body.Length < first.Length) return false;
        body.Slice(0, first.Length).CopyTo(first);
        return PublishBody.IsUtf16(first);
    }

    // What still comes of the line is left out.
    private BodyLine Refuse(Exception reason)
    {
        (_isInLine, _isInRefusedLine) = (false, true);
        upload.TryHoldLine(0);
        return new BodyLine(++_number, default, reason);
    }

    private NodeBusyException NoMemory()
    {
        upload.Refused(UploadRefusal.NoMemory);
        return new NodeBusyException($"This node's uploads hold as many unfinished lines and unread answers as they may ({upload.Options.MaxBytes} bytes, Ingest:MaxBytes). Send the lines from here on again later, or to another node.");
    }

    public static EventRejectedException TooLong() => new("", $"The line is longer than {MaxLineBytes} bytes.", isTooLarge: true);
}
