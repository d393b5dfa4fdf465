using StackExchange.Redis;

namespace EventStream.Bus.Redis.Wire;

/// <summary>Which exceptions of the client library mean what.</summary>
internal static class RedisFaults
{
    /// <summary>Whether the script is unknown to this server and must be sent again.</summary>
    public static bool IsUnknownScript(Exception fault) => fault is RedisServerException && fault.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    /// <summary>Whether the fault is Redis' or the network's, so that the same request may succeed later.</summary>
    /// <remarks>A server error is among them: during a failover Redis answers READONLY, CLUSTERDOWN, LOADING, MOVED and more.</remarks>
    public static bool IsUnavailable(Exception fault) =>
        fault is RedisConnectionException or RedisCommandException or RedisServerException or TimeoutException or ObjectDisposedException or BusUnavailableException;

    public static BusUnavailableException Unavailable(Exception fault) =>
        fault as BusUnavailableException ?? (fault.Message.Contains("OOM command", StringComparison.Ordinal)
            ? new BusUnavailableException("Redis is out of memory.", fault) { IsOutOfMemory = true }
            : new BusUnavailableException("Redis didn't answer.", fault));
}
