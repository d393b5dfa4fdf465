using System.Collections.Concurrent;
using EventStream.Events;

namespace EventStream.Bus.Redis;

/// <summary>The newest cursor that this process has seen of each log. Appends carry it, so that a log that was rolled back is noticed.</summary>
internal sealed class KnownHeads
{
    // Forgetting all of them costs nothing but that check.
    private const int Max = 50_000;

    private readonly ConcurrentDictionary<StreamKey, Cursor> _heads = new();
    // Counting a concurrent dictionary stops all who use it, so additions are counted instead.
    private int _count;

    /// <summary>The newest cursor; <see cref="Cursor.Zero"/> when none was seen.</summary>
    public Cursor Of(StreamKey stream) => _heads.GetValueOrDefault(stream);

    public void Note(StreamKey stream, Cursor head)
    {
        // A log that never was can't be rolled back.
        if (head == Cursor.Zero || (_heads.TryGetValue(stream, out var known) && known >= head)) return;
        var isNew = false;
        _heads.AddOrUpdate(stream, _ =>
        {
            isNew = true;
            return head;
        }, (_, other) => other < head ? head : other);
        if (!isNew || Interlocked.Increment(ref _count) <= Max) return;
        Interlocked.Exchange(ref _count, 0);
        _heads.Clear();
    }
}
