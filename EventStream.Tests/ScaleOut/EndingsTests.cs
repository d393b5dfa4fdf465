using System.Net;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>What has ended on one node has ended on the other.</summary>
[Needs(Need.Redis)]
public sealed class EndingsTests(RedisServer redis) : IAsyncLifetime
{
    private readonly string _session = $"endings-{Guid.NewGuid():N}";
    private TestServer _one = null!, _two = null!;

    private string Path => $"/events/{_session}";

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        (_one, _two) = (Start(), Start());
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Theory]
    [InlineData("run_completed")]
    [InlineData("run_failed")]
    [InlineData("run_cancelled")]
    public async Task Post_IsRefusedOnTheOtherNode_WhenTheRunHasEnded(string terminal)
    {
        await PublishAsync(_one, $$"""{"type":"{{terminal}}","run_id":"r"}""");

        var late = await _two.PostAsync(Path, """[{"event_id":"a","type":"agent_thought","run_id":"r"},{"event_id":"b","type":"run_completed","run_id":"r"}]""");
        late.Status.ShouldBe(HttpStatusCode.Conflict);
        late.Json.GetProperty("receipts").EnumerateArray().Select(receipt => receipt.GetProperty("outcome").GetString()).ShouldBe(["run_ended", "run_ended"]);

        var mixed = await _two.PostAsync(Path, """[{"event_id":"c","type":"agent_thought","run_id":"r"},{"event_id":"d","type":"agent_thought","run_id":"other"}]""");
        mixed.Status.ShouldBe(HttpStatusCode.OK);
        mixed.Json.EnumerateArray().Select(receipt => receipt.GetProperty("outcome").GetString()).ShouldBe(["run_ended", "stored"]);
    }

    [Theory]
    [InlineData("close=terminal&run_id=r", "run_ended", """{"type":"run_completed","run_id":"r"}""")]
    [InlineData("close=session", "session_ended", """{"type":"session_ended"}""")]
    public async Task Get_EndsOnceAndThenAnswers204OnBothNodes_WhenTheEndWasPublishedOnOne(string query, string reason, string end)
    {
        await using var there = await _two.OpenAsync($"{Path}?{query}");
        await there.NextAsync();
        var first = await PublishAsync(_one, """{"type":"run_started","run_id":"r"}""");
        var ended = await PublishAsync(_one, end);
        var past = await PublishAsync(_one, """{"type":"agent_thought"}""");

        ShouldClose(await there.ReadToEndAsync(), reason, ended);
        foreach (var node in (TestServer[])[_one, _two])
        {
            foreach (var cursor in (string[])[there.LastId!, ended, past]) (await StatusAsync(node, query, cursor)).ShouldBe(HttpStatusCode.NoContent);
            await using var replay = await node.OpenAsync($"{Path}?from=earliest&{query}");
            var items = await replay.ReadToEndAsync();
            items.Select(item => item.EventId).Skip(1).ShouldBe([first, ended, ended]);
            ShouldClose(items, reason, ended);
            (await StatusAsync(node, query, replay.LastId!)).ShouldBe(HttpStatusCode.NoContent);
            await using var before = await node.OpenAsync($"{Path}?{query}", first);
            ShouldClose(await before.ReadToEndAsync(), reason, ended);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("close=never")]
    [InlineData("close=session")]
    [InlineData("close=terminal&run_id=r")]
    public async Task Get_EndsInEveryMode_WhenTheSessionIsDeletedOnTheOtherNode(string query)
    {
        await PublishAsync(_one, """{"type":"agent_thought","run_id":"r"}""");
        await using var there = await _two.OpenAsync($"{Path}?{query}");
        await there.NextAsync();

        (await _one.DeleteAsync(Path)).Status.ShouldBe(HttpStatusCode.NoContent);

        ShouldClose(await there.ReadToEndAsync(), "session_deleted", at: null);
        foreach (var node in (TestServer[])[_one, _two]) (await StatusAsync(node, query, there.LastId!)).ShouldBe(HttpStatusCode.NoContent);

        // A new event revives the session, so clients are no longer turned away.
        var reborn = await PublishAsync(_two, """{"type":"agent_thought","run_id":"r"}""");
        foreach (var node in (TestServer[])[_one, _two])
        {
            await using var again = await node.OpenAsync($"{Path}?{query}", there.LastId);
            (await again.ReadUntilAsync(item => item.EventId == reborn && item.EventType == "agent_thought")).ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("close=session", """{"type":"session_ended","payload":{}}""")]
    [InlineData("close=terminal&run_id=r", """{"type":"run_completed","run_id":"r","payload":{}}""")]
    [InlineData("close=never", """{"type":"session_deleted","payload":{}}""")]
    public async Task Get_GoesOn_WhenTheEndWasOnlyAnnounced(string query, string forged)
    {
        var head = Cursor.Parse(await PublishAsync(_one, """{"type":"agent_thought","run_id":"r"}"""));
        await using var client = await _two.OpenAsync($"{Path}?{query}");
        await client.NextAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);

        probe.Ask("PUBLISH", $"session:{_session}", forged);
        (await client.NextAsync()).EventId.ShouldBeNull();

        var live = await PublishAsync(_one, """{"type":"agent_thought","run_id":"r"}""");
        (await client.ReadUntilAsync(item => item.EventId == live)).ShouldNotContain(item => item.EventType == "stream_closing");
        (await StatusAsync(_one, query, $"{head}")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("close=session", """ "type":"session_ended","payload":{} """, 1)]
    [InlineData("close=terminal&run_id=r", """ "type":"run_completed","run_id":"r","payload":{} """, 1)]
    [InlineData("close=never", """ "type":"session_deleted","payload":{} """, 1)]
    [InlineData("close=session", """ "type":"session_ended","payload":{} """, 5)]
    [InlineData("close=terminal&run_id=r", """ "type":"run_completed","run_id":"r","payload":{} """, 5)]
    [InlineData("close=never", """ "type":"session_deleted","payload":{} """, 5)]
    public async Task Get_GoesOn_WhenTheEndWasOnlyAnnouncedWithAnId(string query, string forged, int ahead)
    {
        var head = Cursor.Parse(await PublishAsync(_one, """{"type":"agent_thought","run_id":"r"}"""));
        await using var client = await _two.OpenAsync($"{Path}?{query}");
        await client.NextAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);

        probe.Ask("PUBLISH", $"session:{_session}", $$"""{"id":"{{new Cursor(head.Epoch, head.Offset + ahead)}}","event_id":"f","session_id":"{{_session}}","timestamp":"2026-11-21T03:14:45.123Z",{{forged.Trim()}}}""");

        var live = await PublishAsync(_one, """{"type":"agent_thought","run_id":"r"}""");
        (await client.ReadUntilAsync(item => item.EventType == "stream_closing" || (item.EventId == live && item.Data.Contains("agent_thought", StringComparison.Ordinal)))).ShouldNotContain(item => item.EventType == "stream_closing");
        (await StatusAsync(_one, query, $"{head}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_SaysUnavailableAfterTimesThatDiffer_WhenRedisIsAway()
    {
        await using var own = await RedisServer.StartOwnAsync();
        await own.StopAsync();
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = own.ConnectionString, ["Streaming:JoinTimeout"] = "00:00:00.1" });
        var delays = new HashSet<TimeSpan?>();
        for (var i = 0; i < 20; i++)
        {
            await using var client = await server.OpenAsync(Path);
            var closing = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
            closing.Data.ShouldContain("\"reason\":\"unavailable\",\"reconnect\":true");
            delays.Add(closing.ReconnectionInterval);
        }
        delays.Count.ShouldBeGreaterThan(10);
        delays.ShouldAllBe(delay => delay >= TimeSpan.FromSeconds(1) && delay < TimeSpan.FromSeconds(8));
    }

    private async Task<string> PublishAsync(TestServer node, string json)
    {
        var answer = await node.PostAsync(Path, json);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("id").GetString()!;
    }

    private async Task<HttpStatusCode> StatusAsync(TestServer node, string query, string cursor)
    {
        await using var client = await node.OpenAsync($"{Path}?{query}", cursor);
        return client.Response.StatusCode;
    }

    private static void ShouldClose(List<System.Net.ServerSentEvents.SseItem<string>> items, string reason, string? at)
    {
        items[^1].EventType.ShouldBe("stream_closing");
        JsonElement.Parse(items[^1].Data).GetProperty("payload").GetRawText().ShouldBe($$"""{"reason":"{{reason}}","reconnect":false}""");
        if (at is not null) items[^1].EventId.ShouldBe(at);
    }

    private TestServer Start() => TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString, ["Streaming:JoinTimeout"] = "00:00:30" });
}
