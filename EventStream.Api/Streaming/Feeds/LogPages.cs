using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>The pages of one log that subscribers behind the window are reading: each read and encoded once, however many want it.</summary>
/// <remarks>What stands in a log doesn't change, so a page stays right; one that doesn't reach far enough is read again.</remarks>
internal sealed class LogPages(Func<Cursor, int, bool, Task<LogPage>> read, PageBudget budget, TimeProvider time)
{
    /// <summary>The most bytes of one log's pages.</summary>
    /// <value>Four of the largest pages: enough for a crowd that goes through a long log at different paces.</value>
    public const long MaxBytes = 4L * 1024 * 1024;

    private const int PageEvents = BulkReads.MaxEvents;

    // A crowd that comes back together is done by then.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<Cursor, Reading> _readings = [];
    private long _lastNumber;
    private bool _isClosed;

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
        lock (_lock)
        {
            foreach (var after in _readings.Keys) RemoveNeedsLock(after);
        }
    }

    /// <summary>Lets go of everything, and keeps nothing from now on.</summary>
    public void Close()
    {
        lock (_lock) _isClosed = true;
        Clear();
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
                RemoveNeedsLock(after);
                reading = new Reading(++_lastNumber, time.GetTimestamp());
                reading.Page = ReadAsync(reading, after, mayWait);
                _readings[after] = reading;
            }
            reading.UsedAt = time.GetTimestamp();
            return reading;
        }
    }

    private void TrimNeedsLock()
    {
        foreach (var (after, reading) in _readings)
        {
            if (time.GetElapsedTime(reading.BegunAt) > Lifetime) RemoveNeedsLock(after);
        }
    }

    private async Task<FramePage> ReadAsync(Reading reading, Cursor after, bool mayWait)
    {
        // The caller holds the lock.
        await Task.Yield();
        var page = new FramePage(after, await read(after, PageEvents, mayWait));
        lock (_lock) HoldNeedsLock(reading, after, page);
        return page;
    }

    private void HoldNeedsLock(Reading reading, Cursor after, FramePage page)
    {
        // Meanwhile it may have been let go of: then only those who wait for it get it.
        if (_readings.GetValueOrDefault(after) != reading) return;
        (reading.Bytes, reading.Held) = (page.Bytes, PageBudget.SizeOf(page));
        budget.Hold(reading.Held);
        while ((_isClosed || budget.IsExceeded || _readings.Values.Sum(held => held.Bytes) > MaxBytes) && _readings.Where(pair => pair.Value.Held > 0).ToList() is { Count: > 0 } held)
            RemoveNeedsLock(held.MinBy(pair => pair.Value.UsedAt).Key);
    }

    private void RemoveNeedsLock(Cursor after)
    {
        if (!_readings.Remove(after, out var reading)) return;
        budget.Release(reading.Held);
    }

    private sealed class Reading(long number, long begunAt)
    {
        public Task<FramePage> Page { get; set; } = null!;

        public long Number => number;

        public long BegunAt => begunAt;

        public long UsedAt { get; set; }

        /// <summary>The bytes of its frames, once they are there.</summary>
        public long Bytes { get; set; }

        /// <summary>What of the node's budget it takes.</summary>
        public long Held { get; set; }

        public bool HasFailed => Page.IsCompleted && !Page.IsCompletedSuccessfully;

        public bool Continues(Cursor position) => Page.IsCompletedSuccessfully && Page.Result.Continues(position);

        public bool MayContinue(Cursor position, long asked) =>
            !Page.IsCompleted || Continues(position) || (Page.IsCompletedSuccessfully && number > asked);
    }
}
