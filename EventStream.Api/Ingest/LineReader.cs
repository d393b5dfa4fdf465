using System.Buffers;
using EventStream.Api.Publishing;
using EventStream.Events;

namespace EventStream.Api.Ingest;

/// <summary>Reads the lines of a body as they arrive, however long the body lasts.</summary>
internal sealed class LineReader(HttpRequest request)
{
    /// <summary>The most bytes of a line.</summary>
    /// <value>1 MiB: four times the limit of an event, since native events are wordier.</value>
    public const int MaxLineBytes = 1024 * 1024;

    private long _number;
    private bool _isInTooLongLine;

    /// <summary>Waits for lines and takes those that have arrived; empty lines are skipped.</summary>
    /// <returns>At most <paramref name="maxLines"/>; null at the end of the body.</returns>
    /// <exception cref="BadHttpRequestException">The body ended early.</exception>
    /// <exception cref="EventRejectedException">The body is written in UTF-16.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<IReadOnlyList<BodyLine>?> ReadAsync(int maxLines, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        var lines = new List<BodyLine>();
        while (true)
        {
            var read = await PublishBody.ReadAsync(request, reader);
            if (read.IsCanceled && cancellationToken.IsCancellationRequested)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new OperationCanceledException(cancellationToken);
            }
            var rest = Take(read.Buffer, lines, maxLines, read.IsCompleted);
            // After a full batch the rest is left for the next call; otherwise the next read must wait for more bytes.
            reader.AdvanceTo(rest.Start, lines.Count < maxLines ? rest.End : rest.Start);
            if (lines.Count > 0) return lines;
            if (read.IsCompleted) return null;
        }
    }

    private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, List<BodyLine> lines, int maxLines, bool isCompleted)
    {
        while (lines.Count < maxLines && buffer.PositionOf((byte)'\n') is { } end)
        {
            Add(lines, buffer.Slice(0, end));
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }
        if (lines.Count >= maxLines) return buffer;
        if (isCompleted && (!buffer.IsEmpty || _isInTooLongLine))
        {
            Add(lines, buffer);
            return buffer.Slice(buffer.End);
        }
        if (buffer.Length <= MaxLineBytes && !_isInTooLongLine) return buffer;
        _isInTooLongLine = true;
        return buffer.Slice(buffer.End);
    }

    private void Add(List<BodyLine> lines, ReadOnlySequence<byte> line)
    {
        var number = ++_number;
        if (_isInTooLongLine || line.Length > MaxLineBytes)
        {
            lines.Add(new BodyLine(number, default, IsTooLong: true));
            _isInTooLongLine = false;
            return;
        }
        var text = line.ToArray().AsMemory();
        if (number == 1 && PublishBody.IsUtf16(text.Span)) throw PublishBody.Utf16();
        if (number == 1 && text.Span.StartsWith("\uFEFF"u8)) text = text[3..];
        text = text.Trim(" \t\r"u8);
        if (!text.IsEmpty) lines.Add(new BodyLine(number, text));
    }
}
