namespace EventStream.Tests.Support;

/// <summary>A master with a replica, and one Sentinel that promotes the replica when the master is gone. The Sentinel itself asks for no password.</summary>
internal sealed class RedisSentinel(string user, string password) : IAsyncDisposable
{
    public const string ServiceName = "mymaster";

    private readonly RedisProcess _master = new(Settings(user, password));
    private RedisProcess? _replica;
    private RedisProcess? _sentinel;

    /// <summary>In the form of <c>ConnectionStrings:Redis</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{_sentinel!.Port},serviceName={ServiceName}{(user.Length > 0 ? $",user={user},password={password}" : "")}";

    public int MasterPort => _master.Port;

    public int ReplicaPort => _replica!.Port;

    /// <summary>Returns once the Sentinel knows the replica, and the replica has the master's data.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="user">A user that master and replica have beside <c>default</c>, which needs no password; empty when there is none.</param>
    /// <param name="password">That user's password.</param>
    public static async Task<RedisSentinel> StartAsync(CancellationToken cancellationToken, string user = "", string password = "")
    {
        RedisServer.SkipUnlessOwn();
        var started = new RedisSentinel(user, password);
        try
        {
            await started._master.StartAsync();
            started._replica = new RedisProcess([.. Settings(user, password), "--replicaof", "127.0.0.1", $"{started.MasterPort}"]);
            await started._replica.StartAsync();
            started._sentinel = new RedisProcess("--sentinel")
            {
                ConfigFile = $"""
                    sentinel monitor {ServiceName} 127.0.0.1 {started.MasterPort} 1
                    sentinel down-after-milliseconds {ServiceName} 500
                    sentinel failover-timeout {ServiceName} 3000
                    """,
            };
            await started._sentinel.StartAsync();
            await Eventually.TrueAsync(started.IsReadyAsync, cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public Task KillMasterAsync() => _master.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_sentinel is not null) await _sentinel.DisposeAsync();
        if (_replica is not null) await _replica.DisposeAsync();
        await _master.DisposeAsync();
    }

    private static string[] Settings(string user, string password) =>
        ["--repl-diskless-sync-delay", "0", .. user.Length == 0 ? Array.Empty<string>() : ["--user", user, "on", $">{password}", "~*", "&*", "+@all"]];

    private async ValueTask<bool> IsReadyAsync()
    {
        using var sentinel = await RedisProbe.ConnectAsync(_sentinel!.Port, CancellationToken.None);
        using var replica = await RedisProbe.ConnectAsync(ReplicaPort, CancellationToken.None);
        return sentinel.Ask("SENTINEL", "REPLICAS", ServiceName) is object?[] { Length: 1 }
            && replica.Text("INFO", "replication")!.Contains("master_link_status:up", StringComparison.Ordinal);
    }
}
