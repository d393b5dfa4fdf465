using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Api.Streaming;

/// <summary>How a feed gets out of the log what it missed.</summary>
internal sealed partial class Feed
{
    private const int PageEvents = 1000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private async Task HealAsync()
    {
        var hasFailed = false;
        while (!IsDisposed)
        {
            try
            {
                if (await TryHealAsync()) return;
            }
            catch (OperationCanceledException) when (IsDisposed)
            {
                // Nobody listens any more.
            }
            catch (Exception e)
            {
                // A defect, here or in the bus. Giving up would leave the subscribers with heartbeats and nothing else.
                if (!hasFailed) LogFailed(e, Stream);
                hasFailed = true;
                await Task.Delay(RetryDelay, _context.Time, CancellationToken.None);
            }
            finally
            {
                FanOut(maxAtOnce: 0);
            }
        }
    }

    private async Task<bool> TryHealAsync()
    {
        Cursor position;
        Frame? newest;
        long heldBefore;
        int interruptions;
        bool isDoubtDue;
        lock (_lock) (position, newest, heldBefore, interruptions, isDoubtDue) = (_window.Head, _window.Newest, NextHeldNeedsLock, _interruptions, _isDoubtDue);
        try
        {
            // The newest event is read once more, so that a log that was rolled back is noticed.
            var after = newest is null ? position : position.Previous;
            var page = await _context.Bus.ReadAsync(Stream, after, PageEvents, Stopped);
            if (IsRolledBack(page, position, newest))
            {
                // A master that was replaced while it was frozen answers from its own log until it learns of its successor: a second look is at that one.
                await Task.Delay(RetryDelay, _context.Time, Stopped);
                page = await _context.Bus.ReadAsync(Stream, after, PageEvents, Stopped);
            }
            var isRolledBack = IsRolledBack(page, position, newest);
            var common = isRolledBack || isDoubtDue ? await FindDivergenceAsync() : null;
            if ((isRolledBack || common is not null) && page.Head.Epoch <= position.Epoch)
            {
                await _context.Bus.BeginEpochAsync(Stream, position.Epoch, Stopped);
                return false;
            }
            if (isDoubtDue) _isDoubtDue = false;
            if (common is { } to)
            {
                lock (_lock) RewindNeedsLock(to);
                return false;
            }
            lock (_lock)
            {
                if (_missed == 0) _missedFrom = position;
                _missed += MergeNeedsLock(page);
                if (page.Entries.Count > 0 && page.HasMore(position)) return false;
                if (!TryDrainHeldNeedsLock(heldBefore) || interruptions != _interruptions || _isDoubtDue) return false;
                if (_missed > 0) LogHealed(Stream, _missedFrom, _window.Head);
                _context.Metrics.Healed(_missed);
                (_missed, _isHealing) = (0, false);
                return true;
            }
        }
        catch (BusUnavailableException)
        {
            // The bus logs its outages itself; a feed waits them out.
            await Task.Delay(RetryDelay, _context.Time, Stopped);
            return false;
        }
    }

    private static bool IsRolledBack(LogPage page, Cursor position, Frame? newest)
    {
        // An empty log was lost, deleted or has expired: the next append begins a new epoch.
        if (page.First is not { } first) return false;
        if (page.Head < position) return true;
        if (newest is null || first > position) return false;
        return page.Entries is not [var entry, ..] || !newest.Is(entry);
    }

    /// <summary>Compares the window with the log.</summary>
    /// <returns>The last event that both have in common, when the log holds others at positions that the feed has passed.</returns>
    private async Task<Cursor?> FindDivergenceAsync()
    {
        var common = WindowBase;
        while (true)
        {
            var page = await _context.Bus.ReadAsync(Stream, common, PageEvents, Stopped);
            lock (_lock)
            {
                foreach (var entry in page.Entries)
                {
                    if (entry.Cursor > _window.Head) break;
                    if (entry.Cursor > _window.Base && !_window.Holds(entry)) return common;
                    common = entry.Cursor;
                }
                if (page.Entries.Count > 0 && common == page.Entries[^1].Cursor && page.HasMore(common)) continue;
                // Before the window nothing can be compared, but what is announced there of a log that was rolled back is certainly new.
                var unheard = Held.Select(entry => entry.Cursor).Where(cursor => cursor <= _window.Base).DefaultIfEmpty(_window.Head).Min();
                return page.First is not null && page.Head.Epoch > _window.Head.Epoch && unheard <= _window.Base ? unheard.Previous : null;
            }
        }
    }

    /// <returns>How many events came that had not been announced.</returns>
    private int MergeNeedsLock(LogPage page)
    {
        var announced = _held?.Select(entry => entry.Cursor).ToHashSet();
        var (merged, missed) = (0, 0);
        foreach (var entry in page.Entries)
        {
            if (entry.Cursor <= _window.Head) continue;
            if (entry.Cursor.Offset == 1 && HeldDeletionNeedsLock(_window.Head.Next) is { } deletion) PublishNeedsLock(deletion);
            // A session that was deleted begins anew without anybody missing anything.
            if (!entry.Cursor.Follows(_window.Head) && !(entry.Cursor.Offset == 1 && _marks.DeletedAt == _window.Head)) TellGapNeedsLock(entry.Cursor.Previous);
            PublishNeedsLock(Frame.Of(entry));
            merged++;
            if (announced?.Contains(entry.Cursor) != true) missed++;
        }
        if (page.First is null && page.DeletedAt is { } passed && passed <= _window.Head && _marks.DeletedAt is null)
        {
            // It was rolled back first.
            RewindNeedsLock(passed.Previous);
        }
        if (merged == 0 && page.Head > _window.Head)
        {
            // Nothing is left to read: the log was deleted, expired behind our back, or began an epoch that is still empty.
            if (page.DeletedAt is { } deleted) PublishNeedsLock(HeldDeletionNeedsLock(deleted) ?? Frame.Of(_context.Events.CreateControl(Stream, new SessionDeleted()), deleted));
            else TellGapNeedsLock(page.Head);
        }
        if (page.Head == _window.Head) _marks = LogMarks.Of(page);
        return missed;
    }

    /// <summary>Goes live with what was held while the log was read.</summary>
    /// <param name="heldBefore">Entries with lower numbers were held before the log was read: those it doesn't have, nobody logged.</param>
    /// <returns>Whether all of it follows; else the log must be read again.</returns>
    private bool TryDrainHeldNeedsLock(long heldBefore)
    {
        while (_held is { } held && held.TryPeek(out var entry))
        {
            if (IsNextNeedsLock(entry, out var frame))
            {
                PublishNeedsLock(frame);
            }
            else if (entry.Cursor > _window.Head)
            {
                if (_heldNumber >= heldBefore) return false;
                LogNotInLog(Stream, entry.Cursor);
            }
            else
            {
                DoubtNeedsLock(entry);
            }
            held.Dequeue();
            _heldBytes -= entry.Envelope.Length;
            _heldNumber++;
        }
        _held = null;
        return true;
    }

    private void TellGapNeedsLock(Cursor to)
    {
        var from = _window.Head;
        LogGap(Stream, from, to);
        _context.Metrics.GapTold();
        _logPages?.Clear();
        PublishNeedsLock(Gap(from, to));
    }

    private void RewindNeedsLock(Cursor to)
    {
        LogRewound(Stream, _window.Head, to);
        _context.Metrics.Rewound();
        _logPages?.Clear();
        _marks = default;
        _window.Rewind(to);
        (_rewoundTo ??= []).Add(to);
        _rewinds++;
        _isFanOutDue = true;
    }

    private Frame? HeldDeletionNeedsLock(Cursor cursor) =>
        Held.Where(entry => entry.Cursor == cursor).Select(Frame.Of).FirstOrDefault(frame => frame.Role == EventRole.DeletesSession);
}
