using System.Net.Sockets;
using EventStream.Bus;
using EventStream.Bus.Redis.Wire;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>The tests' own Redis Cluster on loopback: three masters with a replica each.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private const int Slots = 16384;
    private const int Attempts = 3;

    private readonly ClusterNode[] _nodes = [.. Enumerable.Range(0, 2 * Masters).Select(_ => new ClusterNode())];

    private RedisCluster() { }

    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>All nodes, in the form of <c>ConnectionStrings:Redis</c>.</summary>
    public string ConnectionString => string.Join(',', _nodes.Select(node => node.Address));

    /// <summary>Returns once the cluster is healthy, see <see cref="WaitUntilHealthyAsync"/>. Skips the test when the Redis isn't the tests' own.</summary>
    public static async Task<RedisCluster> StartAsync()
    {
        RedisServer.SkipUnlessProcess();
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new RedisCluster();
            try
            {
                await Task.WhenAll(cluster._nodes.Select(node => node.StartAsync()));
                await cluster.FormAsync();
                await cluster.WaitUntilHealthyAsync();
                return cluster;
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException or SocketException or IOException)
            {
                // Forming isn't under test. It fails when another program has taken one of the twelve ports, so it is tried again.
                var nodes = await cluster.DescribeAsync();
                await cluster.DisposeAsync();
                if (attempt == Attempts) throw new InvalidOperationException($"{e.Message} {nodes}", e);
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Returns once all slots are served, all answering nodes agree on that, and all replicas have their masters' data.</summary>
    public Task WaitUntilHealthyAsync() => Eventually.TrueAsync(IsHealthyAsync, TestContext.Current.CancellationToken);

    /// <summary>The node that holds the log of a stream, as the others see it now.</summary>
    public async Task<ClusterNode> MasterOfAsync(StreamKey stream)
    {
        using var probe = await AnyAsync();
        var slot = probe.Number("CLUSTER", "KEYSLOT", RedisNames.Log(stream)!);
        return NodeAt(ClusterView.Read(probe).Single(seen => seen.Holds(slot)).Port);
    }

    public async Task<IReadOnlyList<ClusterNode>> MastersAsync()
    {
        using var probe = await AnyAsync();
        return [.. ClusterView.Read(probe).Where(seen => seen.Slots > 0).Select(seen => NodeAt(seen.Port))];
    }

    public async Task<IReadOnlyList<ClusterNode>> ReplicasOfAsync(ClusterNode master)
    {
        ArgumentNullException.ThrowIfNull(master);
        using var probe = await AnyAsync();
        var all = ClusterView.Read(probe);
        var id = all.Single(seen => seen.Port == master.Port).Id;
        return [.. all.Where(seen => seen.MasterId == id).Select(seen => NodeAt(seen.Port))];
    }

    /// <summary>Moves the slot of a stream to another node, as a resharding does.</summary>
    public async Task MoveSlotAsync(StreamKey stream, ClusterNode to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var from = await MasterOfAsync(stream);
        using var source = await from.ProbeAsync();
        using var target = await to.ProbeAsync();
        var slot = source.Text("CLUSTER", "KEYSLOT", RedisNames.Log(stream)!)!;
        target.Ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source.Text("CLUSTER", "MYID")!);
        source.Ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target.Text("CLUSTER", "MYID")!);
        while (source.List("CLUSTER", "GETKEYSINSLOT", slot, "100") is { Count: > 0 } keys)
            source.Ask(["MIGRATE", "127.0.0.1", $"{to.Port}", "", "0", "5000", "KEYS", .. keys]);
        foreach (var master in (RedisProbe[])[target, source]) master.Ask("CLUSTER", "SETSLOT", slot, "NODE", target.Text("CLUSTER", "MYID")!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private ClusterNode NodeAt(int port) => _nodes.Single(node => node.Port == port);

    private Task<RedisProbe> AnyAsync() => _nodes.First(node => node.Answers).ProbeAsync();

    /// <summary>What each node knows of the others.</summary>
    private async Task<string> DescribeAsync()
    {
        try
        {
            var views = await Task.WhenAll(_nodes.Where(node => node.Answers).Select(async node => $"{node}@{node.BusPort} sees:\n{await node.AskAsync("CLUSTER", "NODES")}"));
            return string.Join('\n', views);
        }
        catch (Exception e)
        {
            return $"They can't be asked any more: {e.Message}";
        }
    }

    private async Task FormAsync()
    {
        for (var i = 0; i < _nodes.Length; i++)
        {
            using var probe = await _nodes[i].ProbeAsync();
            probe.Ask("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            if (i < Masters) probe.Ask("CLUSTER", "ADDSLOTSRANGE", $"{i * Slots / Masters}", $"{(i + 1) * Slots / Masters - 1}");
            foreach (var other in _nodes[..i]) probe.Ask("CLUSTER", "MEET", "127.0.0.1", $"{other.Port}", $"{other.BusPort}");
        }
        for (var i = Masters; i < _nodes.Length; i++)
        {
            using var master = await _nodes[i - Masters].ProbeAsync();
            using var replica = await _nodes[i].ProbeAsync();
            var id = master.Text("CLUSTER", "MYID")!;
            await Eventually.TrueAsync(() => ClusterView.Read(replica).Any(seen => seen.Id == id && seen.Slots > 0), TestContext.Current.CancellationToken);
            replica.Ask("CLUSTER", "REPLICATE", id);
        }
    }

    private async ValueTask<bool> IsHealthyAsync()
    {
        try
        {
            var answering = _nodes.Where(node => node.Answers).ToList();
            var views = new List<string>();
            foreach (var node in answering)
            {
                using var probe = await node.ProbeAsync();
                var info = probe.Text("CLUSTER", "INFO")!;
                var view = ClusterView.Read(probe);
                if (!info.Contains("cluster_state:ok", StringComparison.Ordinal) || !info.Contains($"cluster_slots_ok:{Slots}", StringComparison.Ordinal)) return false;
                // The view must also show dead nodes as failed: until their failure is detected, every node reports a healthy cluster.
                if (_nodes.Any(other => answering.Contains(other) != (view.SingleOrDefault(seen => seen.Port == other.Port) is { IsWell: true }))) return false;
                views.Add(string.Join(';', view.Where(seen => seen.IsWell).Select(seen => seen.Line).Order(StringComparer.Ordinal)));
                if (!HasWhatItsMasterHas(probe)) return false;
            }
            return views.Distinct(StringComparer.Ordinal).Count() == 1;
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
        {
            // The node is still starting or loading.
            return false;
        }
    }

    // A master is up to date when each of its replicas has read to its end.
    private static bool HasWhatItsMasterHas(RedisProbe probe)
    {
        var info = probe.Text("INFO", "replication")!.Split("\r\n");
        if (info.Contains("role:slave")) return info.Contains("master_link_status:up");
        var end = info.Single(line => line.StartsWith("master_repl_offset:", StringComparison.Ordinal)).Split(':')[1];
        return info.Where(line => line.StartsWith("slave", StringComparison.Ordinal))
            .All(line => line.Contains("state=online", StringComparison.Ordinal) && line.Contains($"offset={end},", StringComparison.Ordinal));
    }
}
