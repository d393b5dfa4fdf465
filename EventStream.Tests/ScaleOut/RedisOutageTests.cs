using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>A server whose Redis is away: it starts, reports that, and heals without a restart.</summary>
[Needs(Need.Redis)]
public sealed class RedisOutageTests
{
    [Fact]
    public async Task Server_StartsAndHeals_WhenRedisIsNotThereYet()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await redis.StopAsync();
        await using var server = Start(redis);

        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await server.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var refused = await server.PostAsync("/events/s1", """{"event_id":"mine","type":"t"}""");
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.RetryAfter.ShouldNotBeNull();
        refused.ContentType.ShouldBe("application/problem+json");
        await using (var closed = await server.OpenAsync("/events/s1"))
        {
            closed.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
            var closing = (await closed.ReadToEndAsync()).ShouldHaveSingleItem();
            closing.EventType.ShouldBe("stream_closing");
            var payload = JsonElement.Parse(closing.Data).GetProperty("payload");
            payload.GetProperty("reason").GetString().ShouldBe("unavailable");
            payload.GetProperty("reconnect").GetBoolean().ShouldBeTrue();
            closing.ReconnectionInterval.ShouldNotBeNull();
        }

        await redis.StartAsync();

        await ShouldBecomeReadyAsync(server);
        await using var client = await OpenLiveAsync(server, "/events/s1");
        var stored = await server.PostAsync("/events/s1", """{"event_id":"mine","type":"t"}""");
        stored.Status.ShouldBe(HttpStatusCode.OK, stored.Text);
        (await client.NextAsync()).EventId.ShouldBe(stored.Json.GetProperty("id").GetString());
        (await server.GetAsync("/events/s1/history")).Json.GetProperty("events").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Stream_IsOpened_WhenRedisComesBackWhileTheClientWaits()
    {
        await using var redis = await RedisServer.StartOwnAsync(isDurable: true);
        await using var server = TestServer.Start(new()
        {
            ["ConnectionStrings:Redis"] = redis.ConnectionString,
            ["Redis:CommandTimeout"] = "00:00:10",
            ["Streaming:JoinTimeout"] = "00:00:30",
        });
        var stored = await PublishAsync(server, 0);
        await redis.StopAsync();
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status != HttpStatusCode.OK, TestContext.Current.CancellationToken);

        var opening = server.OpenAsync("/events/s1?from=earliest");
        await redis.StartAsync();

        await using var client = await opening;
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");
        (await client.NextAsync()).EventId.ShouldBe(stored);
    }

    [Fact]
    public async Task Stream_StaysOpenAndGoesOnWithoutLossOrRepeat_WhenRedisIsKilledAndRestarted()
    {
        await using var redis = await RedisServer.StartOwnAsync(isDurable: true);
        await using var one = Start(redis);
        await using var two = Start(redis);
        await using var client = await OpenLiveAsync(one, "/events/s1");
        var published = new List<string> { await PublishAsync(two, 0), await PublishAsync(two, 1) };
        await client.NextAsync(2);

        for (var outage = 1; outage <= 2; outage++)
        {
            await redis.StopAsync();
            (await two.PostAsync("/events/s1", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            await redis.StartAsync();
            for (var i = 0; i < 20; i++) published.Add(await PublishAsync(two, outage * 100 + i));
        }

        var held = (await two.GetAsync("/events/s1/history?limit=1000")).Json.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("id").GetString()!).ToList();
        var items = await client.NextAsync(held.Count - 2);
        held[..2].Concat(items.Select(item => item.EventId)).ShouldBe(held);
        items.ShouldAllBe(item => item.EventType == "t");
        published.ShouldBeSubsetOf(held);
        held.Count.ShouldBeInRange(published.Count, published.Count + 2);
    }

    // Repeats with one event id until the event is acknowledged, as a publisher should.
    private static async Task<string> PublishAsync(TestServer server, int number)
    {
        string? id = null;
        await Eventually.TrueAsync(async () =>
        {
            var answer = await server.PostAsync("/events/s1", $$"""{"event_id":"e{{number}}","type":"t"}""");
            if (answer.Status != HttpStatusCode.OK) return false;
            id = answer.Json.GetProperty("id").GetString();
            return true;
        }, TestContext.Current.CancellationToken);
        return id!;
    }

    // The subscribing connection may come back after the commands' connection: until then the server tells the client to retry.
    private static async Task<SseClient> OpenLiveAsync(TestServer server, string path)
    {
        SseClient? live = null;
        await Eventually.TrueAsync(async () =>
        {
            var client = await server.OpenAsync(path);
            if ((await client.NextAsync()).EventType == "session_stream_started")
            {
                live = client;
                return true;
            }
            await client.DisposeAsync();
            return false;
        }, TestContext.Current.CancellationToken);
        return live!;
    }

    private static TestServer Start(RedisServer redis) => TestServer.Start(new()
    {
        ["ConnectionStrings:Redis"] = redis.ConnectionString,
        ["Publishing:RetryBudget"] = "00:00:00.2",
    });

    private static Task ShouldBecomeReadyAsync(TestServer server) =>
        Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status == HttpStatusCode.OK, TestContext.Current.CancellationToken);
}
