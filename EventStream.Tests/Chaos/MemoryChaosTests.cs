using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>One server that keeps its events in memory.</summary>
[Collection(ChaosSuite.Name)]
[Needs(Need.Redis)]
public sealed class MemoryChaosTests(ChaosTable table)
{
    private const string Bus = "memory";

    [Fact]
    public async Task Streams_AreExact_WhenConnectionsAreCut()
    {
        await using var run = await ChaosRun.InMemoryAsync();
        for (var i = 0; i < 5; i++)
        {
            run.Stage.Proxy.Cut();
            await run.Stage.FlowAsync(100);
            foreach (var watcher in run.Stage.Watchers)
            {
                watcher.Cut();
                await run.Stage.FlowAsync(10);
            }
        }
        (await run.FinishAsync(table, 21, Bus, "connections of clients and publishers cut, 5 times")).ShouldTellNoGap();
    }

    [Fact]
    public async Task Streams_AreExact_WhenOthersReadTooLittle()
    {
        await using var run = await ChaosRun.InMemoryAsync(new() { Padding = 4000, Log = new() { MaxBytes = 512 * 1024 * 1024 }, Settings = ["--Streaming:WriteTimeout=00:00:01"] });
        var (blocked, trickling) = (new Pace(0), new Pace(1000));
        var deaf = run.Stage.AddSlow(run.Stage.Nodes[0], blocked);
        await Eventually.TrueAsync(() => run.Stage.Nodes[0].Ended("slow_consumer") >= deaf.Count, ChaosRun.Cancellation);
        run.Stage.AddSlow(run.Stage.Nodes[0], trickling);
        await run.Stage.FlowAsync(1000);
        blocked.BytesPerSecond = trickling.BytesPerSecond = int.MaxValue;
        await run.Stage.FlowAsync(200);
        (await run.FinishAsync(table, 22, Bus, "two clients read nothing, two 1 kB/s; all read on later")).ShouldTellNoGap();
        deaf.ShouldAllBe(watcher => watcher.Count<Observation.Joined>() > 1);
    }
}
