using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The client library's settings as both connections take them: for commands and for subscribing.</summary>
internal static class RedisConfiguration
{
    // The library looks for commands without an answer, and for nodes to connect to again, this many times within the command timeout.
    private const int HeartbeatsPerTimeout = 4;

    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(1);

    // Without ECHO the library asks PING, which is needed anyway.
    private static readonly CommandMap UsedCommands = CommandMap.Create(["SUBSCRIBE", "ECHO", "CONFIG"], available: false);

    /// <exception cref="ArgumentException">The connection string has an option that the client doesn't know or can't read.</exception>
    /// <exception cref="FormatException">The connection string names a tunnel that is no address.</exception>
    public static ConfigurationOptions Of(RedisBusOptions options)
    {
        var configuration = options.Parse();
        // First, so that it can't undo what the bus depends on.
        options.Configure?.Invoke(configuration);
        var timeout = (int)options.CommandTimeout.TotalMilliseconds;
        // The server starts without Redis and connects when Redis comes.
        configuration.AbortOnConnectFail = false;
        // A queued append would be stored after its caller was told that it wasn't.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ClientName = "eventstream";
        (configuration.ConnectTimeout, configuration.AsyncTimeout) = (timeout, timeout);
        // Asked synchronously are pings, with each heartbeat, and once a day the keys of tickets. When none is answered for four of these times, the library gives the connection
        // up: after twice the command timeout, since it counts whole seconds.
        (configuration.HeartbeatConsistencyChecks, configuration.SyncTimeout) = (true, timeout * 3 / 8);
        var heartbeat = options.CommandTimeout / HeartbeatsPerTimeout;
        configuration.HeartbeatInterval = heartbeat < LongestHeartbeat ? heartbeat : LongestHeartbeat;
        // After a long outage the client comes back as soon as after a short one.
        configuration.ReconnectRetryPolicy = new ExponentialRetry(timeout / 2, timeout);
        // Scripts announce on channels by their full names.
        configuration.ChannelPrefix = default;
        // What isn't used needs no rights: hints about masters, the library's name, and its own subscribing connection to every node.
        (configuration.TieBreaker, configuration.ConfigurationChannel, configuration.SetClientLibrary) = ("", "", false);
        if (ReferenceEquals(configuration.CommandMap, CommandMap.Default)) configuration.CommandMap = UsedCommands;
        return configuration;
    }
}
