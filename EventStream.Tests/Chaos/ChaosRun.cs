using System.Diagnostics;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>The Redis, the servers and the notes of one fault.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private readonly List<string> _remarks = [];

    private ChaosRun() { }

    public ChaosStage Stage { get; private set; } = null!;

    public RedisServer Redis { get; private init; } = null!;

    public RedisCluster Cluster { get; private init; } = null!;

    /// <summary>The longest time that a part was away.</summary>
    public TimeSpan? Away { get; private set; }

    public string Remarks => string.Join("; ", _remarks);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ChaosRun> OnRedisAsync(ChaosStageOptions? options = null)
    {
        var redis = await RedisServer.StartOwnAsync(isDurable: true);
        return await new ChaosRun { Redis = redis }.StartAsync((options ?? new()) with { Redis = redis.ConnectionString });
    }

    public static async Task<ChaosRun> OnClusterAsync()
    {
        var cluster = await RedisCluster.StartAsync();
        return await new ChaosRun { Cluster = cluster }.StartAsync(new() { Redis = cluster.ConnectionString });
    }

    public static Task<ChaosRun> InMemoryAsync(ChaosStageOptions? options = null) => new ChaosRun().StartAsync(options ?? new());

    public void Remark(string remark) => _remarks.Add(remark);

    /// <summary>Runs an action and notes its duration as the time that a part was away.</summary>
    public async Task AwayAsync(Func<Task> away)
    {
        var began = Stopwatch.GetTimestamp();
        await away();
        var took = Stopwatch.GetElapsedTime(began);
        if (Away is null || took > Away) Away = took;
    }

    public async Task<RedisProbe> ProbeAsync() => await RedisProbe.ConnectAsync(Redis, Cancellation);

    /// <summary>Judges the clients, adds the row to the table, and fails when a promise was broken.</summary>
    public async Task<ChaosReport> FinishAsync(ChaosTable table, int number, string bus, string fault)
    {
        var report = (await Stage.FinishAsync()).Enter(table, number, bus, fault, Away, Remarks);
        if (report.Faults.Count > 0)
        {
            foreach (var line in Stage.Nodes.SelectMany((node, i) => node.Lines.TakeLast(60).Select(line => $"node {i}: {line}"))) TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
        report.ShouldBeFaultless();
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        if (Stage is not null) await Stage.DisposeAsync();
        if (Redis is not null) await Redis.DisposeAsync();
        if (Cluster is not null) await Cluster.DisposeAsync();
    }

    private async Task<ChaosRun> StartAsync(ChaosStageOptions options)
    {
        try
        {
            Stage = await ChaosStage.StartAsync(options);
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }
}
