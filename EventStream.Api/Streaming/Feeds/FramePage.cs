using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>A piece of a log, encoded once for all subscribers that are behind the window.</summary>
internal sealed class FramePage
{
    private readonly Cursor _after;

    public FramePage(Cursor after, LogPage log)
    {
        _after = after;
        Frames = [.. log.Entries.Select(Frame.Of)];
        Bytes = Frames.Sum(frame => (long)frame.Bytes.Length);
        State = log with { Entries = [] };
    }

    public IReadOnlyList<Frame> Frames { get; }

    public long Bytes { get; }

    /// <summary>The state of the log at the moment it was read.</summary>
    public LogPage State { get; }

    /// <summary>The index of the first frame after a position; the number of frames when there is none.</summary>
    public int Find(Cursor position)
    {
        var (low, high) = (0, Frames.Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Frames[middle].Cursor <= position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Whether it brings what comes right after a position, however old it is.</summary>
    public bool Continues(Cursor position) =>
        Find(position) is var first && first < Frames.Count && (position == Cursor.Zero ? _after == Cursor.Zero : Frames[first].Cursor is { } next && next.Follows(position));
}
