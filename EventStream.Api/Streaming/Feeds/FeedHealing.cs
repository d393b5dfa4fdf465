using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>How a feed gets out of the log what it missed. Runs until the position is proved, then sleeps until the next doubt.</summary>
internal sealed class FeedHealing(Feed feed)
{
    /// <summary>How many events are read at once.</summary>
    public const int PageEvents = 1000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private int _interruptions;
    private int _doubtsDue;
    private int _doubtsSettled;
    private int _missed;
    private Cursor _missedFrom;

    /// <summary>Whether the feed isn't live: its log is being read. True from the start until the first proof.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>What is known when a read of the log begins: what comes later may be missing in it.</summary>
    public Attempt BeginAttemptNeedsLock() => new(feed.State.Window.Head, feed.State.Window.Newest, feed.State.NextPending, _interruptions, _doubtsDue);

    /// <summary>Goes live after the first read of the log, or heals what that read couldn't prove.</summary>
    public void GoLiveNeedsLock(Attempt attempt)
    {
        IsRunning = !feed.State.TryPlacePending(attempt.Pending) || attempt.Interruptions != _interruptions;
        if (IsRunning) _ = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Announcements may have been lost. A log that is being read at this moment may not hold yet what was missed.</summary>
    public void OnInterruptedNeedsLock()
    {
        _interruptions++;
        BeginNeedsLock();
    }

    /// <summary>Two events were announced for one position: compares the window with the log.</summary>
    public void LookIntoDoubtNeedsLock()
    {
        _doubtsDue++;
        BeginNeedsLock();
    }

    public void BeginNeedsLock()
    {
        if (IsRunning || feed.IsDisposed) return;
        IsRunning = true;
        _ = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task RunAsync()
    {
        var hasFailed = false;
        while (!feed.IsDisposed)
        {
            try
            {
                if (await TryHealAsync()) return;
            }
            catch (OperationCanceledException) when (feed.IsDisposed)
            {
                // The stream was left.
            }
            catch (BusUnavailableException)
            {
                // The bus logs its outages itself; the feed waits until it is back.
                await PauseAsync();
            }
            catch (Exception e)
            {
                // A defect, here or in the bus. Giving up would leave the subscribers with heartbeats and nothing else.
                if (!hasFailed) feed.Context.Logger.LogHealingFailed(e, feed.Stream);
                hasFailed = true;
                await PauseAsync();
            }
            finally
            {
                feed.TellAudience(mayServeHere: false);
            }
        }
    }

    /// <summary>Reads the log once and takes what it says.</summary>
    /// <returns>Whether the position is proved.</returns>
    private async Task<bool> TryHealAsync()
    {
        Attempt attempt;
        bool isInDoubt;
        lock (feed.Lock) (attempt, isInDoubt) = (BeginAttemptNeedsLock(), _doubtsDue != _doubtsSettled);
        var page = await ReadNewestAsync(attempt);
        var isRolledBack = IsRolledBack(page, attempt);
        var common = isRolledBack || isInDoubt ? await FindDivergenceAsync() : null;
        if ((isRolledBack || common is not null) && page.Head.Epoch <= attempt.Position.Epoch)
        {
            await feed.Context.Bus.BeginEpochAsync(feed.Stream, attempt.Position.Epoch, feed.Stopped);
            return false;
        }
        lock (feed.Lock)
        {
            _doubtsSettled = attempt.Doubts;
            if (common is { } to)
            {
                feed.State.Rewind(to);
                return false;
            }
            if (_missed == 0) _missedFrom = attempt.Position;
            _missed += feed.State.Merge(page);
            // A log whose end another program has deleted brings nothing more, however far its head is.
            if (page.Entries.Count > 0 && page.Entries[^1].Cursor > attempt.Position && page.HasMore(attempt.Position)) return false;
            if (!feed.State.TryPlacePending(attempt.Pending) || attempt.Interruptions != _interruptions || _doubtsDue != _doubtsSettled) return false;
            if (_missed > 0) feed.Context.Logger.LogHealed(feed.Stream, _missedFrom, feed.State.Window.Head);
            feed.Context.Metrics.Healed(_missed);
            (_missed, IsRunning) = (0, false);
            return true;
        }
    }

    /// <summary>Reads what follows the position. The newest event is read once more, so that a log that was rolled back is noticed.</summary>
    private async Task<LogPage> ReadNewestAsync(Attempt attempt)
    {
        var after = attempt.Newest is null ? attempt.Position : attempt.Position.Previous;
        var page = await feed.Context.Bus.ReadAsync(feed.Stream, after, PageEvents, feed.Stopped);
        if (!IsRolledBack(page, attempt)) return page;
        // A master that was replaced while it was frozen answers from its own log until it learns of its successor, so the second read is of the successor's.
        await Task.Delay(RetryDelay, feed.Context.Time, feed.Stopped);
        return await feed.Context.Bus.ReadAsync(feed.Stream, after, PageEvents, feed.Stopped);
    }

    private static bool IsRolledBack(LogPage page, Attempt attempt)
    {
        // An empty log was lost, deleted or has expired: the next append begins a new epoch.
        if (page.First is not { } first) return false;
        if (page.Head < attempt.Position) return true;
        if (attempt.Newest is null || first > attempt.Position) return false;
        return page.Entries is not [var entry, ..] || !attempt.Newest.Is(entry);
    }

    /// <summary>Compares the window with the log.</summary>
    /// <returns>The last event that both have in common, when the log holds others at positions that the feed has passed.</returns>
    private async Task<Cursor?> FindDivergenceAsync()
    {
        var common = feed.WindowBase;
        while (true)
        {
            var page = await feed.Context.Bus.ReadAsync(feed.Stream, common, PageEvents, feed.Stopped);
            lock (feed.Lock)
            {
                if (feed.State.Diverges(page, ref common)) return common;
                if (page.Entries.Count > 0 && common == page.Entries[^1].Cursor && page.HasMore(common)) continue;
                return feed.State.DivergesBeforeWindow(page);
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(RetryDelay, feed.Context.Time, feed.Stopped);
        }
        catch (OperationCanceledException) when (feed.IsDisposed)
        {
            // The stream was left.
        }
    }

    /// <summary>What was known when a read of the log began.</summary>
    /// <param name="Position">The position after the last frame.</param>
    /// <param name="Newest">The event at it; null when it isn't held.</param>
    /// <param name="Pending">The number of the entry that would be held next.</param>
    /// <param name="Interruptions">How often announcements may have been lost.</param>
    /// <param name="Doubts">How many doubts were due.</param>
    public readonly record struct Attempt(Cursor Position, Frame? Newest, long Pending, int Interruptions, int Doubts);
}
