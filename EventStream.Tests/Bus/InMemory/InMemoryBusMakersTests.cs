using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.InMemory;

/// <summary>Who made many streams loses them before others lose theirs.</summary>
public sealed class InMemoryBusMakersTests
{
    private const int MaxStreams = 200;

    private readonly InMemoryEventBus _bus = new(new InMemoryBusOptions { MaxStreams = MaxStreams }, new LogOptions(), TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_SparesTheStreamsOfOthers_WhenASessionNamesManyProjects()
    {
        for (var i = 0; i < 50; i++) await PublishAsync($"s{i}", $"own{i}");

        for (var request = 0; request < 10; request++) await PublishAsync("namer", Projects($"r{request}", 1000));

        for (var i = 0; i < 50; i++)
        {
            (await CountAsync(StreamKey.Session($"s{i}"))).ShouldBe(1);
            (await CountAsync(StreamKey.Project($"own{i}"))).ShouldBe(1);
        }
        (await CountAsync(StreamKey.Session("namer"))).ShouldBe(10_000);
        _bus.StreamCount.ShouldBe(MaxStreams);
    }

    [Fact]
    public async Task AppendAsync_TakesFromWhoTakesMost_WhenSeveralSessionsNameManyProjects()
    {
        await PublishAsync("few", Projects("few", 40));
        await PublishAsync("many", Projects("many", 150));

        for (var i = 0; i < 20; i++) await PublishAsync($"s{i}");

        (await CountAsync(StreamKey.Project("few-0"))).ShouldBe(1);
        (await CountAsync(StreamKey.Project("many-0"))).ShouldBe(0);
        (await CountAsync(StreamKey.Project("many-149"))).ShouldBe(1);
        _bus.StreamCount.ShouldBe(MaxStreams);
    }

    [Fact]
    public async Task AppendAsync_ForgetsTheStreamUsedLongestAgo_WhenNoSessionNamesManyProjects()
    {
        await PublishAsync("first");
        for (var i = 0; i < 10; i++) await PublishAsync($"s{i}", Projects($"s{i}", 18));
        _bus.StreamCount.ShouldBeLessThanOrEqualTo(MaxStreams);

        for (var i = 0; i < 20; i++) await PublishAsync($"later{i}");

        (await CountAsync(StreamKey.Session("first"))).ShouldBe(0);
        (await CountAsync(StreamKey.Project("s0-0"))).ShouldBe(0);
        (await CountAsync(StreamKey.Project("s9-17"))).ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_TakesFromWhoTakesMostBytes_WhenThereAreTooMany()
    {
        var bus = new InMemoryEventBus(new InMemoryBusOptions { MaxBytes = 20_000_000 }, new LogOptions(), TimeProvider.System);
        for (var i = 0; i < 20; i++) await AppendAsync(bus, $"s{i}", [""], new string('x', 1000));

        await AppendAsync(bus, "namer", Projects("p", 100), new string('x', 200_000));

        for (var i = 0; i < 20; i++) (await bus.ReadAsync(StreamKey.Session($"s{i}"), Cursor.Zero, 0, Cancel)).Count.ShouldBe(1);
        bus.HeldBytes.ShouldBeLessThanOrEqualTo(20_000_000);
    }

    [Fact]
    public async Task AppendAsync_ForgetsWatchedProjectsLast_WhenASessionNamesMany()
    {
        await PublishAsync("namer", Projects("p", 10));
        await using var watching = await _bus.SubscribeAsync(StreamKey.Project("p-0"), new RecordingListener(), Cancel);

        await PublishAsync("namer", Projects("q", 300));

        (await CountAsync(StreamKey.Project("p-0"))).ShouldBe(1);
        (await CountAsync(StreamKey.Project("p-1"))).ShouldBe(0);
    }

    [Fact]
    public async Task AppendAsync_ForgetsAWatchedStream_WhenOnlyTheNewestIsUnwatched()
    {
        var bus = new InMemoryEventBus(new InMemoryBusOptions { MaxStreams = 2 }, new LogOptions(), TimeProvider.System);
        await using var a = await bus.SubscribeAsync(StreamKey.Session("a"), new RecordingListener(), Cancel);
        await using var b = await bus.SubscribeAsync(StreamKey.Session("b"), new RecordingListener(), Cancel);
        foreach (var session in (string[])["a", "b", "c"]) await AppendAsync(bus, session, [""], "so");

        (await bus.ReadAsync(StreamKey.Session("c"), Cursor.Zero, 0, Cancel)).Count.ShouldBe(1);
        (await bus.ReadAsync(StreamKey.Session("a"), Cursor.Zero, 0, Cancel)).Count.ShouldBe(0);
    }

    private static string[] Projects(string prefix, int count) => [.. Enumerable.Range(0, count).Select(number => $"{prefix}-{number}")];

    private Task PublishAsync(string session, params string[] projects) => AppendAsync(_bus, session, projects is [] ? [""] : projects, "so");

    private static async Task AppendAsync(InMemoryEventBus bus, string session, string[] projects, string text)
    {
        var envelopes = new Envelopes(session);
        // An append takes at most 4 MiB.
        foreach (var some in projects.Chunk(Math.Max(1, EventLimits.MaxBatchBytes / (text.Length + 4000))))
        {
            var request = new AppendRequest { Stream = StreamKey.Session(session), Events = [.. some.Select(project => envelopes.Thought(text) with { ProjectId = project.Length > 0 ? project : null })] };
            await AppendRetry.AppendAsync(bus, request, TimeSpan.Zero, TimeProvider.System, cancellationToken: Cancel);
        }
    }

    private async Task<long> CountAsync(StreamKey stream) => (await _bus.ReadAsync(stream, Cursor.Zero, 0, Cancel)).Count;
}
