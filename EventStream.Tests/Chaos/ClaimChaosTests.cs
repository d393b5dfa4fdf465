using System.Collections.Concurrent;
using System.Diagnostics;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>Workers that claim runs through two servers on one Redis, which writes everything to its disk, while Redis and a server are killed.</summary>
[Collection(ChaosSuite.Name)]
[Needs(Need.Redis)]
public sealed class ClaimChaosTests : IAsyncLifetime
{
    private const int Workers = 50, Sessions = 20, RunsOfEach = 50;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<ServiceProvider> _workers = [];
    private RedisServer _redis = null!;
    private RestartableServer[] _nodes = [];
    private RoundRobinProxy _proxy = null!;
    private RedisEventBus _bus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync(isDurable: true);
        _nodes = [.. Enumerable.Range(0, 2).Select(_ => new RestartableServer($"--ConnectionStrings:Redis={_redis.ConnectionString}"))];
        await Task.WhenAll(_nodes.Select(node => node.StartAsync(Cancel)));
        _proxy = new RoundRobinProxy([.. _nodes.Select(node => node.Port)]);
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = _redis.ConnectionString });
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        foreach (var worker in _workers) await worker.DisposeAsync();
        await _proxy.DisposeAsync();
        foreach (var node in _nodes) await node.DisposeAsync();
        await _bus.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Runs_AreClaimedOnce_HoweverManyWorkersRaceForThem()
    {
        var claims = new ConcurrentQueue<(string Session, string Run, int Worker)>();
        var latencies = new ConcurrentBag<double>();
        var racing = Enumerable.Range(0, Workers).Select(worker => RaceAsync(worker, NewWorker(), claims, latencies)).ToArray();

        await ClaimedAsync(200);
        await CrashRedisAsync();
        await ClaimedAsync(450);
        await _nodes[0].KillAsync();
        await ClaimedAsync(600);
        await _nodes[0].StartAsync(Cancel);
        await CrashRedisAsync();
        await Task.WhenAll(racing);

        claims.Count.ShouldBe(Sessions * RunsOfEach);
        claims.Select(claim => (claim.Session, claim.Run)).Distinct().Count().ShouldBe(claims.Count);
        for (var session = 0; session < Sessions; session++)
        {
            var starts = (await LogAsync($"s{session}")).Where(stored => stored.Type == "run_started").ToArray();
            // Who was told that it has the run is who the log says.
            starts.Select(start => $"{start.RunId} {start.AgentId}").ShouldBe(claims.Where(claim => claim.Session == $"s{session}").Select(claim => $"{claim.Run} {claim.Worker}"), ignoreOrder: true);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{latencies.Count} claims answered; p50 {Percentile(latencies, 0.5):F1} ms, p99 {Percentile(latencies, 0.99):F1} ms");

        Task ClaimedAsync(int count) => Eventually.TrueAsync(() => claims.Count >= count, Cancel, $"{count} runs are claimed");
    }

    [Fact]
    public async Task Runs_EndAsLostOnce_WhenTheirWorkerIsGone_AndNeverBefore()
    {
        var working = new List<Task>();
        for (var i = 0; i < 20; i++)
        {
            var worker = NewWorker().GetRequiredService<EventDispatcher>();
            foreach (var kind in (string[])["lost", "spoken", "renewed"]) await worker.ClaimRunAsync("s", $"{kind}{i}", Lease, cancellationToken: Cancel);
            working.AddRange([SpeakAsync(worker, $"spoken{i}", _stop.Token), RenewAsync(worker, $"renewed{i}", _stop.Token)]);
        }

        await CrashRedisAsync();
        await _nodes[1].KillAsync();
        await EndedAsync(1);
        await _nodes[1].StartAsync(Cancel);
        await CrashRedisAsync();
        await EndedAsync(20);
        await _stop.CancelAsync();
        await Task.WhenAll(working);

        var ends = (await LogAsync("s")).Where(stored => stored.Type is "run_failed" or "run_completed").ToArray();
        ends.Where(end => end.Type == "run_failed").Select(end => end.RunId).ShouldBe(Enumerable.Range(0, 20).Select(i => $"lost{i}"), ignoreOrder: true);
        ends.Where(end => end.Type == "run_failed").ShouldAllBe(end => end.Payload.As<RunFailed>().ErrorType == "lost");
        ends.Where(end => end.Type == "run_completed").Select(end => end.RunId).ShouldBe(Enumerable.Range(0, 20).SelectMany(i => (string[])[$"spoken{i}", $"renewed{i}"]), ignoreOrder: true);

        Task EndedAsync(int count) => Eventually.TrueAsync(async () => (await LogAsync("s")).Count(stored => stored.Type == "run_failed") >= count, Cancel, $"{count} runs are lost");
    }

    private static string[] RunsOf() => [.. Enumerable.Range(0, RunsOfEach).Select(run => $"r{run}")];

    private static async Task RaceAsync(int worker, ServiceProvider services, ConcurrentQueue<(string Session, string Run, int Worker)> claims, ConcurrentBag<double> latencies)
    {
        var dispatcher = services.GetRequiredService<EventDispatcher>();
        foreach (var session in Enumerable.Range(0, Sessions).Select(number => $"s{number}"))
        {
            foreach (var some in RunsOf().Chunk(10)) await Task.WhenAll(some.Select(run => ClaimAsync(session, run)));
        }

        async Task ClaimAsync(string session, string run)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await dispatcher.ClaimRunAsync(session, run, TimeSpan.FromMinutes(10), new PublishOptions { AgentId = $"{worker}" }, Cancel);
                claims.Enqueue((session, run, worker));
            }
            catch (RunTakenException)
            {
                // Another worker has it.
            }
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static async Task SpeakAsync(EventDispatcher worker, string run, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await worker.PublishAndConfirmAsync("s", "note", new { }, new PublishOptions { RunId = run }, Cancel);
            await PauseAsync(stop);
        }
        await worker.PublishAndConfirmAsync("s", new RunCompleted { RunId = run }, cancellationToken: Cancel);
    }

    private static async Task RenewAsync(EventDispatcher worker, string run, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                (await worker.RenewLeaseAsync("s", run, Cancel)).ShouldBeTrue($"{run} lost its lease");
            }
            catch (Exception e) when (e is BusUnavailableException or HttpRequestException)
            {
                // Redis or the server is away.
            }
            await PauseAsync(stop);
        }
        await worker.PublishAndConfirmAsync("s", new RunCompleted { RunId = run }, cancellationToken: Cancel);
    }

    private static async Task PauseAsync(CancellationToken stop) => await Task.Delay(Lease / 10, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task CrashRedisAsync()
    {
        await _redis.StopAsync();
        await _redis.StartAsync();
    }

    private ServiceProvider NewWorker()
    {
        var services = new ServiceCollection().AddEventDispatcher(options => options.Server = _proxy.Address).BuildServiceProvider();
        _workers.Add(services);
        return services;
    }

    private async Task<IReadOnlyList<Event>> LogAsync(string session)
    {
        try
        {
            var (events, after) = (new List<Event>(), Cursor.Zero);
            while (true)
            {
                var page = await _bus.ReadAsync(StreamKey.Session(session), after, 1000, Cancel);
                if (page.Entries.Count == 0) return events;
                events.AddRange(page.Entries.Select(Envelopes.Read));
                after = page.Entries[^1].Cursor;
            }
        }
        catch (BusUnavailableException)
        {
            return [];
        }
    }

    private static double Percentile(ConcurrentBag<double> values, double part) => values.Order().ElementAt((int)((values.Count - 1) * part));
}
