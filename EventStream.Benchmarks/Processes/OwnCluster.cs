namespace EventStream.Benchmarks.Processes;

/// <summary>Three masters and three replicas as local processes.</summary>
internal sealed class OwnCluster : IAsyncDisposable
{
    private const int Nodes = 6;

    private readonly List<OwnRedis> _nodes = [];

    private OwnCluster()
    {
    }

    public IReadOnlyList<OwnRedis> All => _nodes;

    public static async Task<OwnCluster> StartAsync()
    {
        var cluster = new OwnCluster();
        try
        {
            for (var i = 0; i < Nodes; i++) cluster._nodes.Add(await OwnRedis.StartAsync("--cluster-enabled yes", "--cluster-node-timeout 5000"));
            await using var creating = ChildProcess.Start("redis-cli",
                ["--cluster", "create", .. cluster._nodes.Select(node => node.EndPoint), "--cluster-replicas", "1", "--cluster-yes"]);
            foreach (var node in cluster._nodes) await creating.AnswersAsync(() => IsCompleteAsync(node), mayEnd: true);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private static async Task<bool> IsCompleteAsync(OwnRedis node)
    {
        using var redis = await RedisSocket.ConnectAsync(node.EndPoint);
        var nodes = await redis.AskAsync("CLUSTER", "NODES");
        return (await redis.AskAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal)
            && nodes.Split('\n').Count(line => line.Contains(" connected", StringComparison.Ordinal)) == Nodes
            && nodes.Split('\n').Count(line => line.Contains("slave ", StringComparison.Ordinal)) == Nodes / 2;
    }
}
