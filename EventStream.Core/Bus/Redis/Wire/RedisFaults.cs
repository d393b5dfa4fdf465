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

    public static BusUnavailableException Unavailable(Exception fault)
    {
        if (fault is BusUnavailableException known) return known;
        var refusal = Refusal(fault);
        return new BusUnavailableException(refusal is null ? "Redis didn't answer." : $"{refusal.Reason}.", fault) { Refusal = refusal };
    }

    // The library tells of a refused password in the words of its connection failures.
    private static BusRefusal? Refusal(Exception fault)
    {
        if (fault is RedisServerException) return RedisRefusals.Of(fault.Message);
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is RedisException && RedisRefusals.Find(cause.Message) is { } refusal) return refusal;
        }
        return null;
    }
}
