using EventStream.Bus;
using EventStream.Bus.Redis;

namespace EventStream.Api.Access.Tickets;

/// <summary>What tickets need of Redis, by which all nodes know the same: the keys that seal them, and which were used.</summary>
internal static class RedisTickets
{
    /// <summary>Notes that a ticket was used; null when the bus has no Redis.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public static Task<bool>? TryUse(IEventBus bus, string id, TimeSpan keep) => (bus as RedisEventBus)?.TryUseTicketAsync(id, keep);

    /// <summary>The keys in Redis; null when the bus has none.</summary>
    public static TicketKeyStore? Keys(IEventBus bus) => bus is RedisEventBus redis ? new TicketKeyStore(redis.TicketKeysAsync, redis.AddTicketKeyAsync) : null;
}
