using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>Reads on from a place, and finds out where to go back to when the log was rolled back.</summary>
/// <remarks>As a server's feed does: see docs/architecture.md, "How a feed stays whole".</remarks>
internal sealed class LogRepair(IEventBus bus, StreamKey stream, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);
    // A master that was replaced while it was frozen answers from its own log, until it learns of its successor.
    private static readonly TimeSpan DoubtDelay = TimeSpan.FromSeconds(2);

    private bool _isInDoubt;
    private bool _hasBegunEpoch;
    private long? _doubtedAt;
    private Cursor? _unheard;

    /// <summary>When the events that were passed are to be compared with the log; null when there is no need.</summary>
    public TimeSpan? ComparesIn => _doubtedAt is not { } doubted ? null : DoubtDelay - time.GetElapsedTime(doubted) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>Another event than the one that was passed was announced for its position.</summary>
    /// <returns>Whether the log must be read.</returns>
    public bool Doubt(LogPlace place, Cursor position)
    {
        if (position <= place.Base) _unheard = _unheard is { } lower && lower < position ? lower : position;
        else (_isInDoubt, _doubtedAt) = (true, _doubtedAt ?? time.GetTimestamp());
        return true;
    }

    /// <summary>Reads what follows the place.</summary>
    /// <returns>The page; and where to go back to, when the log holds other events at positions that were passed.</returns>
    public async Task<(LogPage Page, Cursor? RewindTo)> ReadAsync(LogPlace place, int maxEvents, CancellationToken cancellationToken)
    {
        if (ComparesIn == TimeSpan.Zero) (_isInDoubt, _doubtedAt) = (true, null);
        var page = await ReadNewestAsync(place, maxEvents, cancellationToken).ConfigureAwait(false);
        var isRolledBack = place.IsRolledBack(page);
        var rewindTo = isRolledBack || _isInDoubt ? await FindDivergenceAsync(place, maxEvents, cancellationToken).ConfigureAwait(false) : null;
        if ((isRolledBack || rewindTo is not null) && page.Head.Epoch <= place.Position.Epoch && !_hasBegunEpoch)
        {
            await BeginEpochAsync(place.Position.Epoch, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(place, maxEvents, cancellationToken).ConfigureAwait(false);
        }
        (_isInDoubt, _hasBegunEpoch, _unheard) = (false, false, null);
        return (page, rewindTo);
    }

    /// <summary>Reads what follows. The newest event that was passed is read once more, so that a log that was rolled back is noticed.</summary>
    private async Task<LogPage> ReadNewestAsync(LogPlace place, int maxEvents, CancellationToken cancellationToken)
    {
        var after = place.Position.Offset > 0 ? place.Position.Previous : place.Position;
        var page = await bus.ReadAsync(stream, after, maxEvents, cancellationToken).ConfigureAwait(false);
        if (!place.IsRolledBack(page)) return page;
        await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
        return await bus.ReadAsync(stream, after, maxEvents, cancellationToken).ConfigureAwait(false);
    }

    // So that no cursor ever means two events. Who may only read leaves that to the servers and publishers.
    private async Task BeginEpochAsync(long epoch, CancellationToken cancellationToken)
    {
        try
        {
            await bus.BeginEpochAsync(stream, epoch, cancellationToken).ConfigureAwait(false);
        }
        catch (BusUnavailableException e) when (e.Refusal is { IsLasting: true })
        {
            // Nothing has to be said: the reader itself misses nothing by it.
        }
        _hasBegunEpoch = true;
    }

    /// <returns>The last event that both have in common, when the log holds others at positions that were passed.</returns>
    private async Task<Cursor?> FindDivergenceAsync(LogPlace place, int maxEvents, CancellationToken cancellationToken)
    {
        var common = place.Base;
        while (true)
        {
            var page = await bus.ReadAsync(stream, common, maxEvents, cancellationToken).ConfigureAwait(false);
            var last = common;
            foreach (var entry in page.Entries)
            {
                if (entry.Cursor > place.Position) return null;
                if (!place.Holds(entry)) return common;
                common = entry.Cursor;
            }
            if (common > last && page.HasMore(common)) continue;
            // Before what is known nothing can be compared, but what is announced there of a log that was rolled back is certainly new.
            return page.First is not null && page.Head.Epoch > place.Position.Epoch && _unheard is { } unheard ? unheard.Previous : null;
        }
    }
}
