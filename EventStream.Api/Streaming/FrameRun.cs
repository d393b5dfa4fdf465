using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>Frames of a window that follow each other, as one chunk of bytes that is shared by all subscribers who miss just these.</summary>
internal sealed class FrameRun
{
    private FrameRun(long from, int count, ReadOnlyMemory<byte> chunk) => (From, Count, Chunk) = (from, count, chunk);

    /// <summary>The number of the first frame.</summary>
    public long From { get; }

    /// <summary>How many frames there are.</summary>
    public int Count { get; }

    /// <summary>The number after the last frame.</summary>
    public long To => From + Count;

    /// <summary>The position before its first logged event; null when it holds none.</summary>
    public Cursor? After { get; private init; }

    /// <summary>The position of its last logged event.</summary>
    public Cursor? Head { get; private init; }

    /// <summary>When the newest event was published.</summary>
    public DateTimeOffset? PublishedAt { get; private init; }

    /// <summary>The canonical blocks of Server-Sent Events, in one chunk.</summary>
    public ReadOnlyMemory<byte> Chunk { get; }

    /// <returns>Null when one of the frames asks for more than being written: it may end a stream, or names a gap.</returns>
    public static FrameRun? Of(List<Frame> frames, long from)
    {
        var length = 0;
        Cursor? after = null, head = null;
        foreach (var frame in frames)
        {
            if (frame.Role != EventRole.None) return null;
            length += frame.Bytes.Length;
            after ??= frame.Cursor?.Previous;
            head = frame.Cursor ?? head;
        }
        if (frames is [var only]) return new FrameRun(from, 1, only.Chunk) { After = after, Head = head, PublishedAt = only.PublishedAt };
        var buffer = GC.AllocateUninitializedArray<byte>(HttpChunk.HeadBytes + length + HttpChunk.TailBytes);
        var at = HttpChunk.HeadBytes;
        foreach (var frame in frames)
        {
            frame.Bytes.Span.CopyTo(buffer.AsSpan(at));
            at += frame.Bytes.Length;
        }
        return new FrameRun(from, frames.Count, HttpChunk.Seal(buffer, length)) { After = after, Head = head, PublishedAt = frames[^1].PublishedAt };
    }
}
