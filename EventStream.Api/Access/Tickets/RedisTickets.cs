using EventStream.Bus;
using EventStream.Bus.Redis;
using Microsoft.AspNetCore.DataProtection;

namespace EventStream.Api.Access.Tickets;

/// <summary>What tickets need of Redis, by which all nodes know the same: the keys that seal them, and which were used.</summary>
internal static class RedisTickets
{
    private const string Application = "EventStream";

    /// <summary>Notes that a ticket was used; null when the bus has no Redis.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public static Task<bool>? TryUse(IEventBus bus, string id, TimeSpan keep) => (bus as RedisEventBus)?.TryUseTicketAsync(id, keep);

    /// <summary>Whether Data Protection couldn't ask Redis: it passes on what the client library throws.</summary>
    public static bool IsAway(Exception? e) => e is not null && (e is BusUnavailableException || RedisEventBus.IsAway(e) || IsAway(e.InnerException));

    /// <summary>Data Protection with its keys in Redis; null when the bus has none.</summary>
    public static IDataProtectionProvider? Protection(IEventBus bus, ILoggerFactory loggers)
    {
        if (bus is not RedisEventBus redis) return null;
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddDataProtection().SetApplicationName(Application).PersistKeysToStackExchangeRedis(redis.Database, RedisEventBus.TicketKeys);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }
}
