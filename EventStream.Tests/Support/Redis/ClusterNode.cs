using Xunit;

namespace EventStream.Tests.Support;

/// <summary>A node of a <see cref="RedisCluster"/>.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private readonly RedisProcess _process;

    internal ClusterNode()
    {
        BusPort = LoopbackPorts.Next();
        _process = new RedisProcess(
            "--cluster-enabled", "yes", "--cluster-port", $"{BusPort}", "--cluster-node-timeout", "2000", "--cluster-replica-validity-factor", "0",
            "--appendonly", "yes", "--appendfsync", "everysec", "--repl-diskless-sync-delay", "0");
    }

    public int Port => _process.Port;

    /// <summary>The node's address, such as <c>127.0.0.1:25123</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    public bool IsRunning => _process.IsRunning;

    /// <summary>Whether it runs and isn't frozen.</summary>
    public bool Answers => _process is { IsRunning: true, IsFrozen: false };

    internal int BusPort { get; }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGSTOP: its connections stay open and silent.</summary>
    public Task FreezeAsync() => _process.FreezeAsync();

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => _process.ThawAsync();

    /// <summary>Starts the node with the data on its disk.</summary>
    public Task StartAsync() => _process.StartAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    public override string ToString() => Address;

    internal Task<RedisProbe> ProbeAsync() => RedisProbe.ConnectAsync(Port, TestContext.Current.CancellationToken);

    /// <summary>Sends one command on its own connection.</summary>
    internal async Task<object?> AskAsync(params string[] command)
    {
        using var probe = await ProbeAsync();
        return probe.Ask(command);
    }
}
