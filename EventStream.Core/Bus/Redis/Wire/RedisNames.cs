using System.Net;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Wire;

/// <summary>The channel and the keys of a stream. One hash tag, so that one script serves all keys in a cluster too.</summary>
internal static class RedisNames
{
    public static RedisChannel Channel(StreamKey stream) => RedisChannel.Literal(stream.ToString());

    /// <summary>The events: a Redis Stream whose entry ids are the cursors.</summary>
    public static RedisKey Log(StreamKey stream) => Key(stream, "log");

    /// <summary>Epoch, head, marks and producers: outlives the log.</summary>
    public static RedisKey Meta(StreamKey stream) => Key(stream, "meta");

    /// <summary>The runs that have ended.</summary>
    public static RedisKey Runs(StreamKey stream) => Key(stream, "runs");

    /// <summary>Who started the runs that go on, and their leases.</summary>
    public static RedisKey Owners(StreamKey stream) => Key(stream, "owners");

    /// <summary>The event ids that callers gave.</summary>
    public static RedisKey Ids(StreamKey stream) => Key(stream, "ids");

    /// <summary>The sessions by the time at which their log began. Under the prefix of the sessions' own keys, for which rights are given.</summary>
    public static RedisKey RecentSessions { get; } = "session:recent";

    /// <summary>The claims that have a lease, by the time at which somebody looks at it.</summary>
    public static RedisKey Leases { get; } = "session:leases";

    /// <summary>The servers that say how many clients watch there.</summary>
    public static RedisKey ViewerNodes { get; } = "session:viewers";

    /// <summary>How many clients of a server watch which session.</summary>
    public static RedisKey ViewersOn(string node) => $"session:viewers:{node}";

    /// <summary>Are written to prove that Redis takes writes: one key for each way that a stream's keys are used, and one for each kind of stream, all with one hash tag.</summary>
    public static RedisKey[] Ready { get; } = ["session:ready", "session:ready:{session:ready}", "session:ready:ids:{session:ready}", "project:ready:{session:ready}", "broadcast:ready:{session:ready}", "agent:ready:{session:ready}"];

    /// <summary>Are announced on and subscribed to for the same proof. No stream has such an id.</summary>
    public static RedisChannel[] ReadyChannels { get; } = [RedisChannel.Literal("session:{ready}"), RedisChannel.Literal("project:{ready}"), RedisChannel.Literal("broadcast:{ready}"), RedisChannel.Literal("agent:{ready}")];

    /// <summary>Not below the prefixes that workers have rights for.</summary>
    public static RedisKey TicketKeys { get; } = "eventstream:ticket-keys";

    public static RedisKey UsedTicket(string id) => $"eventstream:used-ticket:{id}";

    public static RedisKey[] All(StreamKey stream) => [Log(stream), Meta(stream), Runs(stream), Ids(stream), Owners(stream)];

    /// <summary>A node as people write it, such as <c>localhost:6379</c> or <c>/run/redis.sock</c>.</summary>
    public static string Of(EndPoint endPoint) => endPoint switch
    {
        // No port was given.
        DnsEndPoint { Port: 0 } named => named.Host,
        IPEndPoint { Port: 0 } numbered => numbered.Address.ToString(),
        DnsEndPoint named => $"{named.Host}:{named.Port}",
        _ => endPoint.ToString()!,
    };

    private static RedisKey Key(StreamKey stream, string part) => $"{stream.KindName}:{{{stream.Id}}}:{part}";
}
