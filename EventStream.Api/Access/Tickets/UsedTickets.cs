using EventStream.Bus;

namespace EventStream.Api.Access.Tickets;

/// <summary>Remembers which tickets that count once were used, until they expire: in Redis, so that all nodes know, or in memory without it.</summary>
internal sealed class UsedTickets(IEventBus bus, TimeProvider time)
{
    public const int MaxHeld = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <summary>Uses a ticket.</summary>
    /// <param name="id">What it is known by.</param>
    /// <param name="expiresAt">When it ends by itself.</param>
    /// <returns>Whether it was unused.</returns>
    /// <exception cref="BusUnavailableException">Redis can't be asked, or too many are remembered in memory.</exception>
    public Task<bool> TryUseAsync(string id, DateTimeOffset expiresAt) =>
        RedisTickets.TryUse(bus, id, expiresAt - time.GetUtcNow()) ?? Task.FromResult(TryUse(id, expiresAt));

    private bool TryUse(string id, DateTimeOffset expiresAt)
    {
        lock (_lock)
        {
            if (_used.Count >= MaxHeld) ForgetExpiredNeedsLock();
            if (_used.Count >= MaxHeld) throw new BusUnavailableException($"{MaxHeld} used tickets are remembered, which is the most.");
            return _used.TryAdd(id, expiresAt);
        }
    }

    private void ForgetExpiredNeedsLock()
    {
        var now = time.GetUtcNow();
        foreach (var (id, expiresAt) in _used)
        {
            if (expiresAt <= now) _used.Remove(id);
        }
    }
}
