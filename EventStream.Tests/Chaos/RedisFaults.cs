using EventStream.Bus.Redis.Wire;

namespace EventStream.Tests.Chaos;

/// <summary>Faults of Redis and of the servers; each method returns when events flow again.</summary>
internal static class RedisFaults
{
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(3.5);

    public static async Task CutSubscriptionsAsync(ChaosRun run)
    {
        using var probe = await run.ProbeAsync();
        var killed = 0L;
        for (var i = 0; i < 5; i++)
        {
            killed += probe.Number("CLIENT", "KILL", "TYPE", "pubsub");
            await run.Stage.FlowAsync(150);
        }
        run.Remark($"{killed} connections cut");
    }

    public static async Task KillRedisAsync(ChaosRun run)
    {
        await run.AwayAsync(async () =>
        {
            await run.Redis.StopAsync();
            await run.Redis.StartAsync();
        });
        await run.Stage.FlowAsync(500);
    }

    public static async Task FreezeRedisAsync(ChaosRun run)
    {
        await run.AwayAsync(async () =>
        {
            await run.Redis.FreezeAsync();
            // Longer than the timeout of a command.
            await Task.Delay(Frozen, ChaosRun.Cancellation);
            await run.Redis.ThawAsync();
        });
        await run.Stage.FlowAsync(1500);
    }

    public static async Task KillNodeAsync(ChaosRun run)
    {
        await run.AwayAsync(async () =>
        {
            await run.Stage.Nodes[0].KillAsync();
            await run.Stage.FlowAsync(500);
            await run.Stage.Nodes[0].StartAsync(ChaosRun.Cancellation);
        });
        await run.Stage.FlowAsync(300);
    }

    public static async Task RestartNodesAsync(ChaosRun run)
    {
        foreach (var node in run.Stage.Nodes)
        {
            await run.AwayAsync(async () =>
            {
                var gone = await node.TerminateAsync();
                run.Remark($"gone {gone.TotalSeconds:F2} s after SIGTERM");
                await node.StartAsync(ChaosRun.Cancellation);
            });
            await run.Stage.FlowAsync(400);
        }
    }

    public static Task FlushAsync(ChaosRun run) => LoseAsync(run, "FLUSHALL");

    public static Task DropLogAsync(ChaosRun run) => LoseAsync(run, "DEL", RedisNames.Log(ChaosStage.Session)!);

    public static Task DropMetaAsync(ChaosRun run) => LoseAsync(run, "DEL", RedisNames.Meta(ChaosStage.Session)!);

    public static Task DropProjectAsync(ChaosRun run) => LoseAsync(run, "DEL", RedisNames.Log(ChaosStage.Project)!);

    public static async Task RollBackAsync(ChaosRun run, bool andServers)
    {
        // Some clients leave before the copy and some after it: the first miss what is lost, the others have seen some of it.
        await LeaveAsync(run.Stage.Absent);
        await run.Stage.FlowAsync(200);
        using var copy = await RedisCopy.TakeAsync(run.Redis, ChaosRun.Cancellation);
        await run.Stage.FlowAsync(200);
        await LeaveAsync(run.Stage.Leaving);
        await run.Stage.FlowAsync(200);
        await run.AwayAsync(async () =>
        {
            await run.Redis.StopAsync();
            if (andServers) await Task.WhenAll(run.Stage.Nodes.Select(node => node.KillAsync()));
            copy.PutBack();
            await run.Redis.StartAsync();
            if (andServers) await Task.WhenAll(run.Stage.Nodes.Select(node => node.StartAsync(ChaosRun.Cancellation)));
        });
        await run.Stage.FlowAsync(300);
        foreach (var watcher in run.Stage.Absent.Concat(run.Stage.Leaving)) watcher.Return();
        await run.Stage.FlowAsync(200);
    }

    private static async Task LoseAsync(ChaosRun run, params string[] command)
    {
        // These clients are away and miss what is lost; the others have seen it.
        await LeaveAsync(run.Stage.Absent);
        await run.Stage.FlowAsync(200);
        using (var probe = await run.ProbeAsync()) probe.Ask(command);
        await run.Stage.FlowAsync(200);
        foreach (var watcher in run.Stage.Absent) watcher.Return();
        await run.Stage.FlowAsync(200);
    }

    private static Task LeaveAsync(IReadOnlyList<Watcher> watchers) => Task.WhenAll(watchers.Select(watcher => watcher.LeaveAsync(ChaosRun.Cancellation)));
}
