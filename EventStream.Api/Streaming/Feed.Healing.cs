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
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                if (await TryHealAsync()) return;
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                // Nobody listens any more.
            }
            catch (Exception e)
            {
                // A defect, here or in the bus. Giving up would leave the subscribers with heartbeats and nothing else.
                if (!hasFailed) LogFailed(e, Stream);
                hasFailed = true;
                await Task.Delay(RetryDelay, _time, CancellationToken.None);
            }
        }
    }

    private async Task<bool> TryHealAsync()
    {
        Cursor position;
        long heldBefore;
        int interruptions;
        lock (_lock) (position, heldBefore, interruptions) = (_window.Head, NextHeldNeedsLock, _interruptions);
        LogPage page;
        try
        {
            page = await _bus.ReadAsync(Stream, position, PageEvents, _stopped);
        }
        catch (BusUnavailableException)
        {
            // The bus logs its outages itself; a feed waits them out.
            await Task.Delay(RetryDelay, _time, _stopped);
            return false;
        }
        lock (_lock)
        {
            // Rewound while the log was read.
            if (_window.Head != position) return false;
            MergeNeedsLock(page);
            if (page.Entries.Count > 0 && page.HasMore(position)) return false;
            if (!TryDrainHeldNeedsLock(heldBefore) || interruptions != _interruptions) return false;
            if (_window.Head != position) LogHealed(Stream, position, _window.Head);
            _isHealing = false;
            return true;
        }
    }

    private void MergeNeedsLock(LogPage page)
    {
        foreach (var entry in page.Entries)
        {
            if (entry.Cursor <= _window.Head) continue;
            if (!entry.Cursor.Follows(_window.Head)) TellGapNeedsLock(entry.Cursor.Previous);
            PublishNeedsLock(Frame.Of(entry));
        }
        if (page.Entries.Count > 0 || page.Head <= _window.Head) return;

        // Nothing is left to read: the log was deleted, or it expired behind our back.
        if (page.DeletedAt is { } deleted) PublishNeedsLock(Deletion(deleted));
        else TellGapNeedsLock(page.Head);
    }

    /// <summary>Goes live with what was held while the log was read.</summary>
    /// <param name="heldBefore">Entries with lower numbers were held before the log was read: those it doesn't have, nobody logged.</param>
    /// <returns>Whether all of it follows; else the log must be read again.</returns>
    private bool TryDrainHeldNeedsLock(long heldBefore)
    {
        while (_held.TryPeek(out var entry))
        {
            if (entry.Cursor.Follows(_window.Head))
            {
                PublishNeedsLock(Frame.Of(entry));
            }
            else if (entry.Cursor > _window.Head)
            {
                if (_heldNumber >= heldBefore) return false;
                LogNotInLog(Stream, entry.Cursor);
            }
            _held.Dequeue();
            _heldBytes -= entry.Envelope.Length;
            _heldNumber++;
        }
        return true;
    }

    private void TellGapNeedsLock(Cursor to)
    {
        var from = _window.Head;
        LogGap(Stream, from, to);
        PublishNeedsLock(Gap(from, to));
    }

    private void RewindNeedsLock(Cursor to)
    {
        LogRewound(Stream, _window.Head, to);
        _window.Rewind(to);
        _rewoundTo.Add(to);
        _rewinds++;
        foreach (var subscriber in _subscribers) subscriber.Wake();
    }

    private Frame Deletion(Cursor cursor) => Frame.Of(_events.CreateControl(Stream.Id, new SessionDeleted()), cursor);

    [LoggerMessage(1005, LogLevel.Error, "{Stream} couldn't be healed from its log because of a defect; it is tried again and again.", EventName = "FeedHealingFailed")]
    private partial void LogFailed(Exception exception, StreamKey stream);

    [LoggerMessage(1001, LogLevel.Information, "{Stream} missed announcements and was healed from the log: {From} to {To}.", EventName = "FeedHealed")]
    private partial void LogHealed(StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1002, LogLevel.Warning, "{Stream} lost the events after {From} up to {To}; its subscribers were told.", EventName = "FeedGap")]
    private partial void LogGap(StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1003, LogLevel.Warning, "{Stream} heard of {Cursor}, which its log doesn't hold; it was skipped.", EventName = "FeedEntryNotInLog")]
    private partial void LogNotInLog(StreamKey stream, Cursor cursor);

    [LoggerMessage(1004, LogLevel.Warning, "{Stream} was at {From} when another event came for a position that it held: the log was rolled back to {To}. Its subscribers were told.", EventName = "FeedRewound")]
    private partial void LogRewound(StreamKey stream, Cursor from, Cursor to);
}
