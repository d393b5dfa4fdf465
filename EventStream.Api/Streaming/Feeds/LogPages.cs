using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>The pages of one log that subscribers behind the window are reading: each read and encoded once, however many want it.</summary>
/// <remarks>What stands in a log doesn't change, so a page stays right; one that doesn't reach far enough is read again.</remarks>
internal sealed class LogPages(Func<Cursor, int, bool, Task<LogPage>> read, TimeProvider time)
{
    private const int PageEvents = BulkReads.MaxEvents;

    // Four of the largest pages: enough for a crowd that goes through a long log at different paces.
    private const long MaxBytes = 4L * 1024 * 1024;

    // A crowd that comes back together is done by then.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<Cursor, Reading> _readings = [];
    private long _lastNumber;

    /// <summary>A page with what comes right after a position, or else the log as it is now.</summary>
    /// <param name="position">The position.</param>
    /// <param name="mayWait">Whether a read that isn't under way yet may wait for others.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<FramePage> ReadAsync(Cursor position, bool mayWait, CancellationToken cancellationToken)
    {
        var asked = Volatile.Read(ref _lastNumber);
        // Pages begin at round offsets, so that clients with different cursors share them.
        var after = position with { Offset = position.Offset - position.Offset % PageEvents };
        while (true)
        {
            var reading = Find(after, position, asked, mayWait);
            var page = await reading.Page.WaitAsync(cancellationToken);
            if (page.Continues(position) || (after == position && reading.Number > asked)) return page;
            after = position;
        }
    }

    /// <summary>Lets go of pages that are old.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            TrimNeedsLock();
        }
    }

    /// <summary>Lets go of everything: the log isn't what it was.</summary>
    public void Clear()
    {
        lock (_lock) _readings.Clear();
    }

    private Reading Find(Cursor after, Cursor position, long asked, bool mayWait)
    {
        lock (_lock)
        {
            TrimNeedsLock();
            var reading = _readings.Values.FirstOrDefault(done => done.Continues(position)) ?? _readings.GetValueOrDefault(after);
            // A page from a round offset may end before the position; reading it again wouldn't help.
            if (reading is null || reading.HasFailed || (after == position && !reading.MayContinue(position, asked)))
            {
                reading = new Reading(ReadAsync(after, mayWait), ++_lastNumber, time.GetTimestamp());
                _readings[after] = reading;
                DropOldestNeedsLock();
            }
            reading.UsedAt = time.GetTimestamp();
            return reading;
        }
    }

    private void TrimNeedsLock()
    {
        foreach (var (after, reading) in _readings)
        {
            if (time.GetElapsedTime(reading.BegunAt) > Lifetime) _readings.Remove(after);
        }
    }

    private async Task<FramePage> ReadAsync(Cursor after, bool mayWait)
    {
        // The caller holds the lock.
        await Task.Yield();
        return new FramePage(after, await read(after, PageEvents, mayWait));
    }

    private void DropOldestNeedsLock()
    {
        while (_readings.Values.Sum(reading => reading.Bytes) > MaxBytes)
            _readings.Remove(_readings.Where(pair => pair.Value.Bytes > 0).MinBy(pair => pair.Value.UsedAt).Key);
    }

    private sealed class Reading(Task<FramePage> page, long number, long begunAt)
    {
        public Task<FramePage> Page => page;

        public long Number => number;

        public long BegunAt => begunAt;

        public long UsedAt { get; set; }

        public bool HasFailed => page.IsCompleted && !page.IsCompletedSuccessfully;

        public long Bytes => page.IsCompletedSuccessfully ? page.Result.Bytes : 0;

        public bool Continues(Cursor position) => page.IsCompletedSuccessfully && page.Result.Continues(position);

        public bool MayContinue(Cursor position, long asked) =>
            !page.IsCompleted || Continues(position) || (page.IsCompletedSuccessfully && number > asked);
    }
}
