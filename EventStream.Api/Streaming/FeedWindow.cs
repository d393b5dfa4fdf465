using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>The newest frames of a feed, numbered as they came. Bounded; the oldest go first.</summary>
/// <remarks>Not thread-safe: the feed's lock guards it.</remarks>
internal sealed class FeedWindow
{
    // A tool-using run's worth of events, or a few pages of long ones.
    public const int MaxFrames = 1024;
    public const int MaxBytes = 1024 * 1024;

    private readonly Queue<Slot> _slots = new();
    private int _bytes;

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
        _slots.Enqueue(new Slot(frame, Head));
        _bytes += frame.Bytes.Length;
        Next++;
        while (_slots.Count > MaxFrames || (_bytes > MaxBytes && _slots.Count > 1)) DropFirst();
    }

    /// <summary>The number of the first frame after a position; null when the window no longer reaches back that far.</summary>
    public long? Find(Cursor position)
    {
        if (position < Base) return null;
        if (position >= Head) return Next;
        var number = First;
        foreach (var slot in _slots)
        {
            if (slot.Position > position) break;
            number++;
        }
        return number;
    }

    /// <summary>Copies the frames from a number on, up to a bound in bytes but at least one.</summary>
    /// <returns>The number after the last frame that was copied.</returns>
    public long CopyTo(List<Frame> frames, long from, int maxBytes)
    {
        foreach (var slot in _slots.Skip((int)(from - First)))
        {
            if (maxBytes < slot.Frame.Bytes.Length && frames.Count > 0) break;
            maxBytes -= slot.Frame.Bytes.Length;
            frames.Add(slot.Frame);
            from++;
        }
        return from;
    }

    /// <summary>Whether another event is held at the entry's position: the log was rolled back and written again.</summary>
    public bool Contradicts(LogEntry entry)
    {
        foreach (var slot in _slots)
        {
            if (slot.Frame.Cursor == entry.Cursor && !slot.Frame.Envelope.IsEmpty) return !slot.Frame.Envelope.Span.SequenceEqual(entry.Envelope.Span);
        }
        return false;
    }

    /// <summary>Begins again, empty, at an earlier position. Numbers go on.</summary>
    public void Rewind(Cursor to)
    {
        _slots.Clear();
        _bytes = 0;
        First = Next;
        Start(to);
    }

    private void DropFirst()
    {
        var slot = _slots.Dequeue();
        _bytes -= slot.Frame.Bytes.Length;
        Base = slot.Position;
        First++;
    }

    private readonly record struct Slot(Frame Frame, Cursor Position);
}
