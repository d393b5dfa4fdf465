using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Bus.Redis;
using EventStream.Dispatching;

namespace InfrastructureMonitor.Publishing;

/// <summary>The dispatcher and what it publishes through.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient? _client;
    private readonly RedisEventBus? _redis;

    private Connection(HttpClient? client, RedisEventBus? redis, IEventAppender appender, TimeSpan retryBudget) =>
        (_client, _redis, Dispatcher) = (client, redis, new EventDispatcher(appender, new DispatcherOptions { RetryBudget = retryBudget }));

    public EventDispatcher Dispatcher { get; }

    public static Connection Open(MonitorOptions options, TimeSpan retryBudget)
    {
        if (options.Redis is { } where)
        {
            var redis = new RedisEventBus(new RedisBusOptions { ConnectionString = where });
            return new Connection(client: null, redis, redis, retryBudget);
        }
        var root = options.Server.AbsoluteUri;
        var client = new HttpClient { BaseAddress = new Uri(root.EndsWith('/') ? root : $"{root}/"), Timeout = AttemptTimeout };
        return new Connection(client, redis: null, new HttpEventAppender(client), retryBudget);
    }

    public async ValueTask DisposeAsync()
    {
        await Dispatcher.DisposeAsync();
        _client?.Dispose();
        if (_redis is not null) await _redis.DisposeAsync();
    }
}
