using System.Net;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

[Needs(Need.Redis)]
public sealed class DeleteTests(RedisServer redis)
{
    private readonly string _path = $"/events/s-{Guid.NewGuid():N}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_RemovesTheLog_AndTheSessionIsRebornInANewEpoch(bool inRedis)
    {
        await using var server = await StartAsync(inRedis);
        await server.PostAsync(_path, """[{"type":"t"},{"event_id":"mine","type":"t","run_id":"r1"},{"type":"run_completed","run_id":"r1"}]""");
        var before = Cursor.Parse((await server.GetAsync($"{_path}/history")).Json.GetProperty("cursor").GetString()!);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var answer = await server.DeleteAsync(_path);
            answer.Status.ShouldBe(HttpStatusCode.NoContent);
            answer.Text.ShouldBeEmpty();
        }

        var empty = (await server.GetAsync($"{_path}/history?after={before}")).Json;
        empty.GetProperty("events").GetArrayLength().ShouldBe(0);
        empty.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        empty.GetProperty("cursor").GetString().ShouldBe(before.Next.ToString());
        var reborn = await server.PostAsync(_path, """{"event_id":"mine","type":"t","run_id":"r1"}""");
        reborn.Json.GetProperty("outcome").GetString().ShouldBe("stored");
        var cursor = Cursor.Parse(reborn.Json.GetProperty("id").GetString()!);
        cursor.Epoch.ShouldBeGreaterThan(before.Epoch);
        cursor.Offset.ShouldBe(1);
        var page = (await server.GetAsync($"{_path}/history?after={before}")).Json;
        page.GetProperty("resume").GetString().ShouldBe("partial");
        page.GetProperty("reason").GetString().ShouldBe("epoch_changed");
        page.GetProperty("events").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_Succeeds_WhenNothingWasEverPublished(bool inRedis)
    {
        await using var server = await StartAsync(inRedis);

        (await server.DeleteAsync(_path)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await server.GetAsync($"{_path}/history")).Json.GetProperty("cursor").GetString().ShouldBe("0-0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_EndsItsStreams_WhenTheyAreOpen(bool inRedis)
    {
        await using var server = await StartAsync(inRedis);
        await server.PostAsync(_path, """{"type":"t"}""");
        await using var client = await server.OpenAsync(_path);
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");

        await server.DeleteAsync(_path);

        var rest = await client.ReadToEndAsync();
        rest.Select(item => item.EventType).ShouldBe(["session_deleted", "stream_closing"]);
    }

    private async Task<TestServer> StartAsync(bool inRedis)
    {
        if (!inRedis) return TestServer.Start();
        await redis.StartAsync();
        return TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
    }
}
