using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;

namespace EventStream.Tests.Bus.Redis;

[Needs(Need.Redis)]
public sealed class RedisEventBusTests(RedisServer redis) : EventBusContract
{
    protected override async ValueTask<IEventBus> CreateBusAsync(LogOptions options)
    {
        await redis.StartAsync();
        return new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString }, options);
    }
}
