using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

// A Redis without servers, which end runs whose lease has ended.
[Needs(Need.Redis)]
public sealed class RedisEventBusTests(RedisServer redis) : EventBusContract, IClassFixture<RedisServer>
{
    protected override async ValueTask<IEventBus> CreateBusAsync(LogOptions options)
    {
        await redis.StartAsync();
        return new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString }, options);
    }
}
