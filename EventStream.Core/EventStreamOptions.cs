using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Bus.Redis;
using EventStream.Dispatching;

namespace EventStream;

/// <summary>Which bus a process uses, and how.</summary>
public sealed class EventStreamOptions
{
    /// <summary>Where Redis is, such as <c>localhost:6379</c>, or <c>redis://user:password@host:6379/0</c>, with <c>rediss://</c> for TLS.</summary>
    /// <value>None: events stay in this process's memory.</value>
    public string? Redis { get; set; }

    /// <summary>How long a command to Redis may take before it counts as failed.</summary>
    /// <value>2 seconds.</value>
    public TimeSpan RedisCommandTimeout { get; set; } = RedisBusOptions.DefaultCommandTimeout;

    /// <summary>The root of a server to publish to, or to listen to, such as <c>http://localhost:8000</c>, for workers that don't reach Redis. Only for <c>AddEventDispatcher</c> and <c>AddEventListener</c>.</summary>
    public Uri? Server { get; set; }

    /// <summary>The key that <see cref="Server"/> is shown, such as <c>es_worker_…</c>, as <c>keys new worker</c> printed it.</summary>
    /// <value>None: the server asks nobody who it is.</value>
    public string? Key { get; set; }

    /// <summary>Gives the token that <see cref="Server"/> is shown, in place of <see cref="Key"/>. It is asked for each request, so it keeps a token as long as that counts.</summary>
    public Func<CancellationToken, ValueTask<string>>? Token { get; set; }

    /// <summary>How much of each stream the bus holds. A server decides this by itself.</summary>
    public LogOptions Log { get; } = new();

    /// <summary>The most streams that the bus in this process's memory remembers, when there is no Redis.</summary>
    /// <value>10,000.</value>
    public int InMemoryMaxStreams { get; set; } = new InMemoryBusOptions().MaxStreams;

    /// <summary>The most bytes of this process's memory that its streams take, when there is no Redis.</summary>
    /// <value>512 MiB.</value>
    public long InMemoryMaxBytes { get; set; } = new InMemoryBusOptions().MaxBytes;

    /// <summary>How the dispatcher queues and retries.</summary>
    public DispatcherOptions Dispatcher { get; } = new();

    /// <summary>The first setting that can't work, as a sentence that names it and the fix; null when all can.</summary>
    public string? Problem()
    {
        if (Redis is not null && Server is not null) return "Redis and Server are both set; leave one of them out.";
        if (Server is { } server && (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https"))) return "Server must be an absolute http or https address, such as http://localhost:8000.";
        if (Server is { UserInfo.Length: > 0 } or { Query.Length: > 0 } or { Fragment.Length: > 0 }) return "Server must be the root of a server without user, query or fragment, such as http://localhost:8000.";
        if (Key is not null && Token is not null) return "Key and Token are both set; leave one of them out.";
        if ((Key is not null || Token is not null) && Server is null) return "Key and Token are for a Server, which isn't set; Redis has users and passwords of its own, in its connection string.";
        if (Key is { } key && (key.Length == 0 || key.Any(c => c is <= ' ' or > '~'))) return "Key must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.";
        return new RedisBusOptions { ConnectionString = Redis ?? "localhost", CommandTimeout = RedisCommandTimeout }.Problem() ?? Log.Problem() ?? InMemoryBus.Problem() ?? Dispatcher.Problem();
    }

    internal InMemoryBusOptions InMemoryBus => new() { MaxStreams = InMemoryMaxStreams, MaxBytes = InMemoryMaxBytes };
}
