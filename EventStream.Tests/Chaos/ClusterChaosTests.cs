using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>Two servers on a Redis Cluster of three masters with a replica each.</summary>
[Collection(ChaosSuite.Name)]
public sealed class ClusterChaosTests(ChaosTable table)
{
    private const string Bus = "Redis Cluster";

    [Fact]
    public async Task Streams_GoOn_WhenTheMasterIsKilled()
    {
        await using var run = await ChaosRun.OnClusterAsync();
        var master = await run.Cluster.MasterOfAsync(ChaosStage.Stream);
        await run.AwayAsync(async () =>
        {
            await master.KillAsync();
            await run.Stage.FlowAsync(1);
        });
        await run.Stage.FlowAsync(1500);
        await master.StartAsync();
        await run.Cluster.WaitUntilHealthyAsync();
        await run.Stage.FlowAsync(300);
        await run.FinishAsync(table, 15, Bus, "the session's master SIGKILLed, restarted as replica");
    }

    [Fact]
    public async Task Streams_GoOn_WhenTheMasterIsFrozenAndComesBack()
    {
        await using var run = await ChaosRun.OnClusterAsync();
        var master = await run.Cluster.MasterOfAsync(ChaosStage.Stream);
        await run.AwayAsync(async () =>
        {
            await master.FreezeAsync();
            await Eventually.TrueAsync(async () => await run.Cluster.MasterOfAsync(ChaosStage.Stream) != master, ChaosRun.Cancellation);
            await run.Stage.FlowAsync(1);
        });
        await run.Stage.FlowAsync(1500);
        await master.ThawAsync();
        await run.Cluster.WaitUntilHealthyAsync();
        // Servers that doubt what the old master said at that moment ask its successor two seconds later.
        await run.Stage.FlowAsync(1500);
        await run.FinishAsync(table, 16, Bus, "the session's master SIGSTOPped until it was replaced, then thawed");
    }

    [Fact]
    public async Task Streams_AreExact_WhenTheNodeOfTheSubscriptionIsKilled()
    {
        await using var run = await ChaosRun.OnClusterAsync();
        var subscribed = await SubscribedAsync(run);
        await run.AwayAsync(async () =>
        {
            await subscribed.KillAsync();
            await run.Cluster.WaitUntilHealthyAsync();
        });
        await run.Stage.FlowAsync(500);
        await subscribed.StartAsync();
        await run.Cluster.WaitUntilHealthyAsync();
        await run.Stage.FlowAsync(300);
        await run.FinishAsync(table, 17, Bus, "the node that a server is subscribed at SIGKILLed");
    }

    // Preferably one that doesn't hold the log: that is another row.
    private static async Task<ClusterNode> SubscribedAsync(ChaosRun run)
    {
        var master = await run.Cluster.MasterOfAsync(ChaosStage.Stream);
        ClusterNode? found = null;
        foreach (var node in run.Cluster.Nodes)
        {
            if ((await node.AskAsync("PUBSUB", "NUMSUB", $"{ChaosStage.Stream}")) is not object?[] { Length: 2 } answer || (long)answer[1]! == 0) continue;
            if (found is null || found == master) found = node;
        }
        run.Remark(found == master ? "it is the session's master" : "it isn't the session's master");
        return found ?? throw new InvalidOperationException("No node of the cluster has a subscriber.");
    }
}
