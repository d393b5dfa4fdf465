using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>How the Redis bus connects.</summary>
public sealed class RedisBusOptions
{
    /// <summary>How long a command may take when nothing else is set: 2 seconds.</summary>
    public static TimeSpan DefaultCommandTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Where Redis is: <c>redis://user:password@host:6379/0</c>, <c>rediss://</c> for TLS, or in StackExchange.Redis form <c>localhost:6379</c>, several hosts of a cluster, or sentinels with <c>serviceName</c>.</summary>
    /// <remarks>Commands and subscribing connect alike: by its user, password, TLS settings, unix socket or HTTP tunnel.</remarks>
    public required string ConnectionString { get; set; }

    /// <summary>How long a command may take before it counts as failed.</summary>
    /// <value>2 seconds.</value>
    public TimeSpan CommandTimeout { get; set; } = DefaultCommandTimeout;

    /// <summary>For how long at most the subscribing connection is trusted, before it must hear what this process announces to itself.</summary>
    /// <value>28 seconds: with the command timeout, a connection that hears nothing is noticed within 30. Each wait is a random part of it, at least half.</value>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(28);

    /// <summary>Changes the client library's settings, for what a connection string can't say, such as a client certificate or who judges the server's.</summary>
    /// <value>None. It is called once, when the bus is made; both connections take the result. Time-outs, backlog, channel prefix and heartbeat are set afterwards: the bus depends on them.</value>
    public Action<ConfigurationOptions>? Configure { get; set; }

    // A dispatcher or listener says in its own words what an outage means to it.
    internal bool TellsOutages { get; init; } = true;

    /// <summary>The first setting that can't work, as a sentence that names it and the fix; null when all can.</summary>
    public string? Problem() => this switch
    {
        { ConnectionString: { } text } when RedisUrl.Is(text.Trim()) && RedisUrl.Problem(text.Trim()) is { } problem => $"ConnectionStrings:Redis can't be read. {problem}",
        { ConnectionString: var text } when !NamesServers(text) => "ConnectionStrings:Redis must name a Redis server, such as localhost:6379 or redis://user:password@host:6379, and may have StackExchange.Redis options after it.",
        { CommandTimeout.TotalMilliseconds: < 10 or > 60_000 } => "Redis:CommandTimeout must be between 10 milliseconds and 1 minute, such as 00:00:02.",
        { ProbeInterval.TotalMilliseconds: < 10 or > 3_600_000 } => "RedisBusOptions.ProbeInterval must be between 10 milliseconds and 1 hour, such as 00:00:28.",
        _ => null,
    };

    internal ConfigurationOptions Parse() => RedisUrl.Is(ConnectionString.Trim()) ? RedisUrl.Parse(ConnectionString.Trim()) : ConfigurationOptions.Parse(ConnectionString);

    private bool NamesServers(string? text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(text) && Parse().EndPoints.Count > 0;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // An option that the client doesn't know or can't read. It may hold a password, so the message doesn't repeat it.
            return false;
        }
    }
}
