using System.Diagnostics;
using System.Globalization;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>Random faults, one after the other, for as many minutes as <c>EVENTSTREAM_SOAK</c> says.</summary>
[Collection(ChaosSuite.Name)]
[Needs(Need.Redis)]
public sealed class SoakTests(ChaosTable table)
{
    private const int FaultsPerRound = 5;

    private static readonly (string Name, Func<ChaosRun, Task> Happen)[] Faults =
    [
        ("cut", RedisFaults.CutSubscriptionsAsync),
        ("kill", RedisFaults.KillRedisAsync),
        ("freeze", RedisFaults.FreezeRedisAsync),
        ("node", RedisFaults.KillNodeAsync),
        ("rolling", RedisFaults.RestartNodesAsync),
        ("flush", RedisFaults.FlushAsync),
        ("log", RedisFaults.DropLogAsync),
        ("meta", RedisFaults.DropMetaAsync),
        ("project", RedisFaults.DropProjectAsync),
        ("rollback", run => RedisFaults.RollBackAsync(run, andServers: false)),
    ];

    [Fact]
    public async Task Streams_AreExactOrTellTheGap_WhenFaultsFollowEachOther()
    {
        var asked = Environment.GetEnvironmentVariable("EVENTSTREAM_SOAK");
        Assert.SkipUnless(double.TryParse(asked, CultureInfo.InvariantCulture, out var minutes) && minutes > 0, "EVENTSTREAM_SOAK=<minutes> makes it run.");
        var (began, rounds) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(began).TotalMinutes < minutes)
        {
            // Naming the faults repeats a round that failed.
            var chosen = Environment.GetEnvironmentVariable("EVENTSTREAM_SOAK_FAULTS") is { Length: > 0 } names
                ? [.. names.Split(',', StringSplitOptions.TrimEntries).Select(name => Faults.Single(fault => fault.Name == name))]
                : Random.Shared.GetItems(Faults, FaultsPerRound);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", chosen.Select(fault => fault.Name)));
            await using var run = await ChaosRun.OnRedisAsync();
            foreach (var fault in chosen) await fault.Happen(run);
            await run.FinishAsync(table, 100, "Redis", "soak: random faults one after the other");
            rounds++;
        }
        rounds.ShouldBeGreaterThan(0);
    }
}
