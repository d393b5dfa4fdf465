using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>The newest frames of a feed, numbered as they came. Bounded; the oldest go first.</summary>
/// <remarks>Not thread-safe: the feed's lock guards it.</remarks>
internal sealed class FeedWindow(WindowBudget budget)
{
    // A tool-using run's worth of events, or a few pages of long ones. A power of two, so that a number finds its slot.
    public const int MaxFrames = 1024;

    private Slot[] _ring = [];
    private long _bytes;

    /// <summary>The position before the first frame that is held.</summary>
    public Cursor Base { get; private set; }

    /// <summary>The position after the last frame.</summary>
    public Cursor Head { get; private set; }

    /// <summary>The number of the first frame that is held.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next frame will get.</summary>
    public long Next { get; private set; }

    /// <summary>Begins, empty, at a position.</summary>
    public void Start(Cursor head) => Base = Head = head;

    public void Add(Frame frame)
    {
        if (frame.Cursor is { } cursor) Head = cursor;
        if (Next - First == _ring.Length) MakeRoom();
        At(Next) = new Slot(frame, Head, frame.HeldBytes);
        _bytes += At(Next).Bytes;
        Next++;
        Trim();
    }

    /// <summary>Keeps to the budget, but at least one frame.</summary>
    public void Trim()
    {
        while (_bytes > budget.BytesPerFeed && Next - First > 1) DropFirst();
    }

    /// <summary>Counts its frames anew, which hold more once they are folded in a further dialect.</summary>
    public void Recount()
    {
        _bytes = 0;
        for (var number = First; number < Next; number++)
        {
            ref var slot = ref At(number);
            slot = slot with { Bytes = slot.Frame.HeldBytes };
            _bytes += slot.Bytes;
        }
        Trim();
    }

    /// <summary>The number of the first frame after a position; null when the window no longer reaches back that far.</summary>
    public long? Find(Cursor position)
    {
        if (position < Base) return null;
        var (low, high) = (First, Next);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (At(middle).Position <= position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Copies the frames from a number on, up to a bound in bytes but at least one.</summary>
    /// <returns>The number after the last frame that was copied.</returns>
    public long CopyTo(List<Frame> frames, long from, int maxBytes)
    {
        for (; from < Next; from++)
        {
            var frame = At(from).Frame;
            if (maxBytes < frame.Bytes.Length && frames.Count > 0) break;
            maxBytes -= frame.Bytes.Length;
            frames.Add(frame);
        }
        return from;
    }

    /// <summary>Visits the frames in order.</summary>
    public void ForEach(Action<Frame> visit)
    {
        for (var number = First; number < Next; number++) visit(At(number).Frame);
    }

    /// <summary>The event at the head; null when it isn't held.</summary>
    public Frame? Newest
    {
        get
        {
            for (var number = Next - 1; number >= First; number--)
            {
                var frame = At(number).Frame;
                if (frame.Cursor is not null) return frame.Cursor == Head && frame.IsLogged ? frame : null;
            }
            return null;
        }
    }

    /// <summary>Whether this very event is held at its position.</summary>
    public bool Holds(LogEntry entry) =>
        Find(entry.Cursor.Previous) is { } number && number < Next && At(number).Frame.Is(entry);

    /// <summary>Begins again, empty, at an earlier position. Numbers go on.</summary>
    public void Rewind(Cursor to)
    {
        while (First < Next) DropFirst();
        Start(to);
    }

    private ref Slot At(long number) => ref _ring[number & (_ring.Length - 1)];

    private void MakeRoom()
    {
        if (_ring.Length == MaxFrames)
        {
            DropFirst();
            return;
        }
        var smaller = _ring;
        _ring = new Slot[Math.Max(4, 2 * smaller.Length)];
        for (var number = First; number < Next; number++) At(number) = smaller[number & (smaller.Length - 1)];
    }

    private void DropFirst()
    {
        ref var slot = ref At(First);
        _bytes -= slot.Bytes;
        // An unlogged frame that came before the start has no position.
        if (slot.Position > Base) Base = slot.Position;
        slot = default;
        First++;
    }

    private readonly record struct Slot(Frame Frame, Cursor Position, long Bytes);
}
