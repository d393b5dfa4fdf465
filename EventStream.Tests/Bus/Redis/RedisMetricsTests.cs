using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>The metrics of a bus on Redis, as the server exports them.</summary>
public sealed class RedisMetricsTests(RedisServer redis) : RedisTest(redis)
{
    private readonly RedisServer _redis = redis;

    [Fact]
    public async Task SkippedMessages_AreMeasuredByTheServersMeter_WhenAMessageIsNoEvent()
    {
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = _redis.ConnectionString });
        using var skipped = new Measurements(server, "eventstream.redis.messages.skipped");
        await using var client = await server.OpenAsync($"/events/{Stream.Id}");
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");

        Probe.Number("PUBLISH", Stream.ToString(), "no event").ShouldBe(1);
        (await server.PostAsync($"/events/{Stream.Id}", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await client.NextAsync()).EventType.ShouldBe("t");

        skipped.Sum.ShouldBe(1);
        skipped.MeterName.ShouldBe("EventStream");
    }
}
