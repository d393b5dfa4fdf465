using System.Xml;
using EventStream.Bus;

namespace EventStream.Api.Access.Tickets;

/// <summary>The keys that seal tickets, as this node knows them. All who need them from the store share one reading.</summary>
/// <param name="store">Where all nodes find them; null when they live in this process alone.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told once that the store is away, and once that it is back.</param>
internal sealed partial class TicketKeys(TicketKeyStore? store, TimeProvider time, ILogger<TicketKeys> logger)
{
    // Anyone can send tickets of an unknown key, and by them make the server read: that often.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    // Keys that were deleted in the store seal no tickets for longer.
    private static readonly TimeSpan LongestSealing = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private TicketRing? _known = store is null ? new TicketRing([]) : null;
    private Task<TicketRing>? _reading;
    private long _ended;
    private bool _isAway;

    /// <summary>The keys, among them this one if any node has it.</summary>
    /// <exception cref="BusUnavailableException">It isn't known here, and the store can't be read.</exception>
    public async ValueTask<TicketRing> KnowingAsync(Guid id)
    {
        var known = Volatile.Read(ref _known);
        if (known is not null && (store is null || known.Knows(id))) return known;
        return await ReadAsync(known);
    }

    /// <summary>The keys for making tickets, of which no old ones seal.</summary>
    /// <exception cref="BusUnavailableException">The store was never read, and can't be.</exception>
    public async ValueTask<TicketRing> ForSealingAsync()
    {
        var known = Volatile.Read(ref _known);
        if (known is not null && (store is null || time.GetElapsedTime(Volatile.Read(ref _ended)) < LongestSealing)) return known;
        try
        {
            return await ReadAsync(known);
        }
        catch (BusUnavailableException) when (known is not null)
        {
            return known;
        }
    }

    /// <summary>Makes sure that the keys which sealed a ticket are known to all nodes.</summary>
    /// <exception cref="BusUnavailableException">They couldn't be stored.</exception>
    public Task SaveAsync(TicketRing ring) => store is null ? Task.CompletedTask : ring.SaveAsync(store);

    private Task<TicketRing> ReadAsync(TicketRing? known)
    {
        lock (_lock)
        {
            if (_known is { } other && !ReferenceEquals(other, known)) return Task.FromResult(other);
            if (_reading is { IsCompleted: false } reading) return reading;
            var since = _reading is null ? TimeSpan.MaxValue : time.GetElapsedTime(_ended);
            if (_reading is { IsFaulted: true } failed && since < PauseAfterFailure) return failed;
            var wait = _reading is { IsFaulted: false } ? Pause - since : TimeSpan.Zero;
            return _reading = Task.Run(() => ReadAfterAsync(wait));
        }
    }

    private async Task<TicketRing> ReadAfterAsync(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time);
        try
        {
            var stored = await store!.ReadAsync();
            var known = _known is { } before && before.Holds(stored) ? before : new TicketRing(stored);
            if (_isAway) LogBack();
            _isAway = false;
            Volatile.Write(ref _known, known);
            return known;
        }
        catch (Exception e) when (e is BusUnavailableException or XmlException)
        {
            if (!_isAway) LogAway(e.Message.TrimEnd('.'));
            _isAway = true;
            throw e as BusUnavailableException ?? new BusUnavailableException("Redis holds something else in place of the keys of tickets.", e);
        }
        finally
        {
            Volatile.Write(ref _ended, time.GetTimestamp());
        }
    }

    [LoggerMessage(1408, LogLevel.Warning, "The keys of tickets can't be read: {Reason}. Tickets of keys that were read before go on to count; others are answered 503.", EventName = "TicketKeysAway")]
    private partial void LogAway(string reason);

    [LoggerMessage(1409, LogLevel.Information, "The keys of tickets can be read again.", EventName = "TicketKeysBack")]
    private partial void LogBack();
}
