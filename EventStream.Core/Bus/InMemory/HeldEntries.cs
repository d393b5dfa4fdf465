using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The events of one epoch that a log holds, in a ring, since the oldest are dropped as new ones arrive.</summary>
internal sealed class HeldEntries
{
    // A cursor, and the memory of an envelope.
    private const int SlotBytes = 32;

    private LogEntry[] _ring = [];
    private int _start;
    private long _arrayBytes;

    public int Count { get; private set; }

    /// <summary>The bytes of the envelopes.</summary>
    public long Bytes { get; private set; }

    /// <summary>What the entries take in memory.</summary>
    public long HeldBytes => HeapBytes.OfArray(_ring.Length, SlotBytes) + _arrayBytes;

    public Cursor? First => Count > 0 ? this[0].Cursor : null;

    private LogEntry this[int index] => _ring[(_start + index) % _ring.Length];

    public void Add(LogEntry entry)
    {
        if (Count == _ring.Length) Grow();
        _ring[(_start + Count) % _ring.Length] = entry;
        Count++;
        Bytes += entry.Envelope.Length;
        _arrayBytes += HeapBytes.OfArray(entry.Envelope.Length, 1);
    }

    /// <summary>Drops the oldest entries until the bounds hold; the newest always stays.</summary>
    public void Trim(int maxEvents, long maxBytes)
    {
        while (Count > 1 && (Count > maxEvents || Bytes > maxBytes))
        {
            Bytes -= _ring[_start].Envelope.Length;
            _arrayBytes -= HeapBytes.OfArray(_ring[_start].Envelope.Length, 1);
            _ring[_start] = default;
            _start = (_start + 1) % _ring.Length;
            Count--;
        }
    }

    public void Clear() => (_ring, _start, Count, Bytes, _arrayBytes) = ([], 0, 0, 0, 0);

    public List<LogEntry> After(Cursor cursor, int maxEvents, long maxBytes)
    {
        var from = IndexAfter(cursor);
        var page = new List<LogEntry>(Math.Min(maxEvents, Count - from));
        long bytes = 0;
        for (var i = from; i < Count && page.Count < maxEvents; i++)
        {
            bytes += this[i].Envelope.Length;
            if (bytes > maxBytes && page.Count > 0) break;
            page.Add(this[i]);
        }
        return page;
    }

    /// <summary>The entry at a cursor; null when it isn't held.</summary>
    public LogEntry? Find(Cursor cursor)
    {
        var index = IndexAfter(cursor) - 1;
        return index >= 0 && this[index].Cursor == cursor ? this[index] : null;
    }

    private int IndexAfter(Cursor cursor)
    {
        if (Count == 0 || cursor < this[0].Cursor) return 0;
        if (cursor >= this[Count - 1].Cursor) return Count;
        // A cursor between the first and the last belongs to the same epoch, in which offsets have no holes.
        return (int)(cursor.Offset - this[0].Cursor.Offset) + 1;
    }

    private void Grow()
    {
        var larger = new LogEntry[Math.Max(4, 2 * _ring.Length)];
        for (var i = 0; i < Count; i++) larger[i] = this[i];
        (_ring, _start) = (larger, 0);
    }
}
