using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Support;

[Needs(Need.Redis)]
public sealed class RedisClusterTests
{
    [Fact]
    public async Task Cluster_FailsOverAndHeals_WhenAMasterIsKilledAndRestarted()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var stream = StreamKey.Session("s1");
        var old = await cluster.MasterOfAsync(stream);
        var replica = (await cluster.ReplicasOfAsync(old)).ShouldHaveSingleItem();
        (await cluster.MastersAsync()).Count.ShouldBe(3);

        await old.KillAsync();
        await cluster.WaitUntilHealthyAsync();
        (await cluster.MasterOfAsync(stream)).ShouldBe(replica);

        await old.StartAsync();
        await cluster.WaitUntilHealthyAsync();
        (await cluster.ReplicasOfAsync(replica)).ShouldBe([old]);
    }
}
