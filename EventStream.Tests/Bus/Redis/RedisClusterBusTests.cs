using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>What every bus promises, on a cluster.</summary>
[Needs(Need.Redis)]
public sealed class RedisClusterBusTests(SharedCluster shared) : EventBusContract, IClassFixture<SharedCluster>
{
    // A node of a cluster counts only the listeners that are connected to it.
    protected override bool CountsEveryListener => false;

    protected override async ValueTask<IEventBus> CreateBusAsync(LogOptions options) =>
        new RedisEventBus(new RedisBusOptions { ConnectionString = (await shared.GetAsync()).ConnectionString }, options);
}
