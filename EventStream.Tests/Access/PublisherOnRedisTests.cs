using EventStream.Tests.Support;

namespace EventStream.Tests.Access;

[Needs(Need.Redis)]
public sealed class PublisherOnRedisTests(RedisServer redis) : PublisherContract
{
    protected override async Task<string?> RedisAsync()
    {
        await redis.StartAsync();
        return redis.ConnectionString;
    }
}
