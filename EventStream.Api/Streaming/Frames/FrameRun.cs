using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Frames;

/// <summary>Frames of a window that follow each other, as the bytes that are shared by all subscribers who miss just these.</summary>
internal sealed class FrameRun
{
    private readonly List<ReadOnlyMemory<byte>> _blocks;

    private FrameRun(long from, int count, List<ReadOnlyMemory<byte>> blocks) => (From, Count, _blocks, Length) = (from, count, blocks, blocks.Sum(block => block.Length));

    /// <summary>The number of the first frame.</summary>
    public long From { get; }

    /// <summary>How many frames there are, with those that the filter leaves out.</summary>
    public int Count { get; }

    /// <summary>The number after the last frame.</summary>
    public long To => From + Count;

    /// <summary>How many frames are told.</summary>
    public int Told => _blocks.Count;

    /// <summary>How many bytes they have; none when all are left out.</summary>
    public int Length { get; }

    /// <summary>The position before its first logged event; null when it holds none.</summary>
    public Cursor? After { get; private init; }

    /// <summary>The position of its last logged event.</summary>
    public Cursor? Head { get; private init; }

    /// <summary>The position of the last logged event that is told.</summary>
    public Cursor? LastTold { get; private init; }

    /// <summary>When the newest event was published that is told.</summary>
    public DateTimeOffset? PublishedAt { get; private init; }

    /// <summary>Takes frames as blocks of Server-Sent Events.</summary>
    /// <param name="frames">The frames from the selection's first on.</param>
    /// <param name="selection">Which of them are told, and in which dialect.</param>
    /// <returns>Null when one of the frames may end or pause a stream, names a gap, or wasn't folded in the dialect: then each client's own loop must look at it.</returns>
    public static FrameRun? Of(List<Frame> frames, FrameSelection selection)
    {
        var dialect = selection.Dialect;
        Cursor? after = null, head = null, told = null;
        DateTimeOffset? newest = null;
        var blocks = new List<ReadOnlyMemory<byte>>(frames.Count);
        foreach (var frame in frames)
        {
            if (frame.Role != EventRole.None || dialect.IsPausedBy(frame.Type)) return null;
            after ??= frame.Cursor?.Previous;
            head = frame.Cursor ?? head;
            if (!selection.Filter.Passes(frame)) continue;
            if (dialect.Kind == DialectKind.Folded && !frame.IsFoldedIn(dialect)) return null;
            blocks.Add(frame.BlockIn(dialect));
            told = frame.Cursor ?? told;
            newest = frame.PublishedAt;
        }
        return new FrameRun(selection.From, frames.Count, blocks) { After = after, Head = head, LastTold = told, PublishedAt = newest };
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
