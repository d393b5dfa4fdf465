using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Nothing is left when clients have gone.</summary>
[Needs(Need.Redis)]
public sealed class CleanUpTests(RedisServer redis)
{
    private const string Session = "s";
    private static readonly Dictionary<string, string> ShortLinger = new() { ["Streaming:Linger"] = "00:00:00.1" };

    private readonly Envelopes _events = new(Session);

    [Fact]
    public async Task ActiveStreams_AreThoseThatAreOpen()
    {
        await using var server = TestServer.Start();
        using var active = new Measurements(server, "eventstream.streams.active");
        await using (var one = await server.OpenAsync("/events/one"))
        await using (var two = await server.OpenAsync("/events/two"))
        {
            await one.NextAsync();
            await two.NextAsync();
            active.Sum.ShouldBe(2);
        }

        await Eventually.TrueAsync(() => active.Sum == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Leave_LeavesNothingBehind_WhenTheClientsHaveGone()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus, ShortLinger);
        var clients = await OpenAllAsync(server, 40, i => $"/events/{Session}{i % 4}");
        (server.Feeds.OpenStreams, server.Feeds.Count, bus.Listeners.Count).ShouldBe((40, 4, 4));
        bus.Subscribed.ShouldBe(4);
        foreach (var client in clients) await client.DisposeAsync();
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
        await Eventually.TrueAsync(() => server.Feeds.Count == 0 && bus.Listeners.Count == 0, cancellationToken);
    }

    [Fact]
    public async Task Leave_KeepsTheSubscription_WhileItLingers()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        for (var i = 0; i < 20; i++)
        {
            await using (var client = await server.OpenAsync($"/events/{Session}")) await client.NextAsync();
            await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
        }
        (server.Feeds.Count, bus.Subscribed, bus.Listeners.Count).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Join_KeepsTheOneSubscription_WhenATabClosesWhileAnotherOpens()
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        var open = await OpenedAsync(server);
        for (var i = 0; i < 100; i++)
        {
            var closing = open.DisposeAsync().AsTask();
            open = await OpenedAsync(server);
            await closing;
            await AssertReceivesAsync(server, open);
        }
        await open.DisposeAsync();
        bus.Subscribed.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Join_StillReceives_WhenTheFeedIsLetGoMeanwhile(bool isRedis)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var settings = new Dictionary<string, string> { ["Streaming:Linger"] = "00:00:00" };
        if (isRedis)
        {
            await redis.StartAsync();
            settings["ConnectionStrings:Redis"] = redis.ConnectionString;
            settings["Streaming:JoinTimeout"] = "00:00:30";
        }
        await using var server = TestServer.Start(settings);
        var session = $"clean-up-{Guid.NewGuid():N}";
        // The server drops unused feeds twice a second, so some of these requests arrive at that moment.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async tab =>
        {
            var key = $"{session}-{tab % 4}";
            for (var i = 0; i < 25; i++)
            {
                await using var client = await OpenedAsync(server, key);
                await AssertReceivesAsync(server, client, key);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(40)), cancellationToken);
            }
        }));
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0 && server.Feeds.Count == 0, cancellationToken);
        if (server.Bus is RedisEventBus bus) await Eventually.TrueAsync(() => bus.Subscriptions == 0, cancellationToken);
    }

    [Fact]
    public async Task Get_SendsAllEventsInOrder_To100ClientsOfOneSession()
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        var clients = await OpenAllAsync(server, 100, _ => $"/events/{Session}");
        var expected = new List<string>();
        foreach (var batch in _events.Thoughts(200).Chunk(7)) expected.AddRange((await server.AppendAsync(Session, batch)).Select(cursor => $"{cursor}"));
        foreach (var client in clients) (await client.NextAsync(200)).Select(item => item.EventId!).ShouldBe(expected);
        bus.Subscribed.ShouldBe(1);
        foreach (var client in clients) await client.DisposeAsync();
    }

    private static async Task<SseClient[]> OpenAllAsync(TestServer server, int count, Func<int, string> path) => await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
    {
        var client = await server.OpenAsync(path(i));
        await client.NextAsync();
        return client;
    }));

    private static async Task<SseClient> OpenedAsync(TestServer server, string session = Session)
    {
        var client = await server.OpenAsync($"/events/{session}");
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");
        return client;
    }

    private static async Task AssertReceivesAsync(TestServer server, SseClient client, string session = Session)
    {
        var cursors = await server.AppendAsync(session, new Envelopes(session).Thought());
        (await client.ReadUntilAsync(item => item.EventId == $"{cursors[0]}")).ShouldAllBe(item => item.EventType == "agent_thought");
    }
}
