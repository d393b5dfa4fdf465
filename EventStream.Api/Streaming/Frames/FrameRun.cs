using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Frames;

/// <summary>Frames of a window that follow each other, as the bytes that are shared by all subscribers who miss just these.</summary>
internal sealed class FrameRun
{
    private readonly ReadOnlyMemory<byte>[] _blocks;

    private FrameRun(long from, ReadOnlyMemory<byte>[] blocks, int length) => (From, _blocks, Length) = (from, blocks, length);

    /// <summary>The number of the first frame.</summary>
    public long From { get; }

    /// <summary>How many frames there are.</summary>
    public int Count => _blocks.Length;

    /// <summary>The number after the last frame.</summary>
    public long To => From + Count;

    /// <summary>How many bytes they have.</summary>
    public int Length { get; }

    /// <summary>The position before its first logged event; null when it holds none.</summary>
    public Cursor? After { get; private init; }

    /// <summary>The position of its last logged event.</summary>
    public Cursor? Head { get; private init; }

    /// <summary>When the newest event was published.</summary>
    public DateTimeOffset? PublishedAt { get; private init; }

    /// <summary>Takes frames as blocks of Server-Sent Events in a dialect.</summary>
    /// <returns>Null when one of the frames may end a stream, names a gap, or wasn't folded in the dialect: then each client's own loop must look at it.</returns>
    public static FrameRun? Of(List<Frame> frames, long from, IDialect dialect)
    {
        var length = 0;
        Cursor? after = null, head = null;
        var blocks = new ReadOnlyMemory<byte>[frames.Count];
        for (var i = 0; i < blocks.Length; i++)
        {
            var frame = frames[i];
            if (frame.Role != EventRole.None || (dialect.Kind == DialectKind.Folded && !frame.IsFoldedIn(dialect))) return null;
            blocks[i] = frame.BlockIn(dialect);
            length += blocks[i].Length;
            after ??= frame.Cursor?.Previous;
            head = frame.Cursor ?? head;
        }
        return new FrameRun(from, blocks, length) { After = after, Head = head, PublishedAt = frames[^1].PublishedAt };
    }

    /// <summary>Copies its bytes.</summary>
    /// <param name="output">At least <see cref="Length"/> bytes.</param>
    public void CopyTo(Span<byte> output)
    {
        foreach (var block in _blocks)
        {
            block.Span.CopyTo(output);
            output = output[block.Length..];
        }
    }
}
