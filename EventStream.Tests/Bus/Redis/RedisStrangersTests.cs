using System.Net;
using System.Text.Json;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>Another program writes to EventStream's keys: every route goes on, what isn't an event is counted and logged once.</summary>
public sealed class RedisStrangersTests(RedisServer redis) : RedisTest(redis)
{
    private readonly RedisServer _redis = redis;

    // {e} is the log's epoch, {n} the offset after its newest event.
    public static TheoryData<string> Entries =>
    [
        "XADD log {e}-{n} d nonsense",
        "XADD log {e}-{n} d {",
        "XADD log {e}-{n} d []",
        "XADD log {e}-{n} d {}",
        "XADD log {e}-{n} d 5",
        """XADD log {e}-{n} d {"type":5,"payload":{}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":5}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"never","type":"t","payload":{}}""",
        """XADD log {e}-{n} d {"event_id":7,"session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{}}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"session_stream_started","payload":{"foreign":1}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"stream_gap","payload":{"foreign":1}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"stream_closing","payload":{"foreign":1}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"heartbeat","payload":{"foreign":1}}""",
        """XADD log {e}-{n} d {"id":"7-7","event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{"foreign":1}}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{"foreign":1},"id":"7-7"}""",
        """XADD log {e}-{n} d {"event_id":"e","session_id":"another","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{"foreign":1}}""",
        """XADD log {e}-{n} d {"event_id":"e","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{"foreign":1}}""",
        "XADD log 12345678901234567-1 d {}",
        "XADD log 18446744073709551615-18446744073709551614 d {}",
        "XADD log 18446744073709551615-18446744073709551615 d {}",
        "XADD log {e}-99999999999999999 d {}",
        "XADD log * other field",
    ];

    public static TheoryData<string> States =>
    [
        "HSET meta e nonsense", "HSET meta e 12345678901234567", "HSET meta e -5", "HSET meta e 1.5", "HSET meta e 1e300", "HSET meta e nan", "HSET meta e inf",
        "HSET meta o nonsense", "HSET meta o 99999999999999999", "HSET meta o -1", "HSET meta o 899999999999999", "HSET meta o 899999999999998", "HSET meta o 899999999999997",
        "HSET meta e 899999999999999", "HSET meta e 899999999999998", "HSET meta e 899999999999999 o 899999999999999", "XADD log 899999999999999-899999999999999 d {}", "XADD log 899999999999998-5 d {}",
        "HSET meta o 500", "XDEL log {e}-2", "XDEL log {e}-1 {e}-2",
        "HSET meta b nonsense", "HSET meta b inf", "HSET meta b 1e14", "HSET meta r nonsense",
        "HSET meta x nonsense", "HSET meta d nonsense", "HSET meta s nonsense", "HSET meta p:x nonsense", "HDEL meta e", "HDEL meta o",
        "ZADD ids inf mine", "ZADD ids 0.5 mine", "ZADD ids 1e300 mine", "ZADD runs -inf r1", "ZADD runs -7 r1", "DEL meta", "DEL log",
        "XADD log {e}-{n} d nonsense",
    ];

    [Theory]
    [MemberData(nameof(Entries))]
    [MemberData(nameof(States))]
    public async Task EveryRoute_GoesOn_WhenAStrangerHasWritten(string command)
    {
        await using var server = Server();
        var session = Stream.Id;
        (await server.PostAsync($"/events/{session}", """[{"type":"one"},{"type":"two","run_id":"r1"}]""")).Status.ShouldBe(HttpStatusCode.OK);
        await using var watching = await server.OpenAsync($"/events/{session}");
        await watching.NextAsync();

        Write(command);

        // With a run's end, and read anew each time by a server that knows nothing of the session.
        await using var fresh = Server();
        (await fresh.GetAsync($"/events/{session}/history")).ShouldBeAnswered();
        (await fresh.PostAsync("/ingest/adk", $$$"""{"type":"agent_thought","session_id":"{{{session}}}","timestamp":"2026-11-21T03:14:45.123Z","payload":{"content":"hm"}}""")).ShouldBeAnswered();
        (await fresh.PostAsync($"/events/{session}", """{"type":"three","event_id":"mine","run_id":"r2"}""")).ShouldBeAnswered();
        (await server.PostAsync($"/events/{session}", """[{"type":"four"},{"type":"run_completed","payload":{"run_id":"r2"}}]""")).ShouldBeAnswered();
        await using var client = await fresh.OpenAsync($"/events/{session}?from=earliest&close=terminal&run_id=r2");
        (await client.ReadUntilAsync(block => block.EventType == "stream_closing"))[^1].Data.ShouldContain("run_ended");
        var seen = await watching.ReadUntilAsync(block => block.EventType == "run_completed");
        seen[^1].EventId.ShouldNotBeNull();
        seen.ShouldAllBe(block => !block.Data.Contains("foreign"));
        (await fresh.GetAsync($"/events/{session}/history?limit=1000")).Text.ShouldNotContain("foreign");
        var history = await fresh.GetAsync($"/events/{session}/history?limit=1000");
        var types = history.Json.GetProperty("events").EnumerateArray().Select(each => each.GetProperty("type").GetString()).ToList();
        types.ShouldContain("three");
        types.ShouldContain("four");
        history.Json.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        (await fresh.GetAsync("/sessions")).ShouldBeAnswered();
        (await fresh.DeleteAsync($"/events/{session}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await fresh.PostAsync($"/events/{session}", """{"type":"five"}""")).ShouldBeAnswered();
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public async Task ReadAsync_LeavesOutAndCountsAndLogsOnce_WhenAnEntryIsNoEvent(string command)
    {
        var logger = new RecordingLogger<RedisEventBus>();
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = _redis.ConnectionString }, logger: logger, meters: Meters);
        using var skipped = new Measurements(Meters, "eventstream.redis.entries.skipped");
        var stored = await AppendAsync(bus, Envelopes.Thoughts(3));
        Write(command);

        for (var i = 0; i < 2; i++)
        {
            var page = await bus.ReadAsync(Stream, Cursor.Zero, 100, Cancel);
            page.Entries.Where(entry => !entry.Envelope.IsEmpty).Select(entry => entry.Cursor).ShouldBe(stored.Receipts.Select(receipt => receipt.Cursor!.Value));
            (await bus.ReadAsync(Stream, stored.Head, 100, Cancel)).Entries.ShouldAllBe(entry => entry.Envelope.IsEmpty);
        }

        skipped.Sum.ShouldBe(4);
        var line = logger.Entries.ShouldHaveSingleItem();
        line.Id.Name.ShouldBe("RedisEntrySkipped");
        line.Text.ShouldContain(Stream.ToString());
    }

    [Theory]
    [InlineData("HSET meta o 899999999999999")]
    [InlineData("HSET meta e 899999999999998 o 899999999999999")]
    [InlineData("XADD log 18446744073709551615-18446744073709551615 d {}")]
    public async Task Watcher_IsToldOfAGapAndSeesWhatFollows_WhenALogCantGoOn(string command)
    {
        await using var server = Server();
        (await server.PostAsync($"/events/{Stream.Id}", """[{"type":"one"},{"type":"two"}]""")).Status.ShouldBe(HttpStatusCode.OK);
        await using var watching = await server.OpenAsync($"/events/{Stream.Id}");
        await watching.NextAsync();
        Write(command);

        for (var i = 0; i < 3; i++) (await server.PostAsync($"/events/{Stream.Id}", """{"type":"three"}""")).Status.ShouldBe(HttpStatusCode.OK);

        (await watching.NextAsync()).EventType.ShouldBe("stream_gap");
        for (var i = 0; i < 3; i++) (await watching.NextAsync()).EventType.ShouldBe("three");
        var page = await ReadAsync();
        page.Head.Offset.ShouldBe(3);
        page.Entries.TakeLast(3).Select(entry => entry.Cursor.Epoch).Distinct().ShouldHaveSingleItem().ShouldBe(page.Head.Epoch);
    }

    [Theory]
    [InlineData("HSET meta o 899999999999999")]
    [InlineData("HSET meta o 899999999999998")]
    [InlineData("HSET meta e 899999999999999 o 899999999999999")]
    public async Task Watcher_IsToldOfTheDeletion_WhenALogCantGoOn(string command)
    {
        await using var server = Server();
        (await server.PostAsync($"/events/{Stream.Id}", """{"type":"one"}""")).Status.ShouldBe(HttpStatusCode.OK);
        await using var watching = await server.OpenAsync($"/events/{Stream.Id}");
        await watching.NextAsync();
        Write(command);
        var before = (await ReadAsync()).Head;

        (await server.DeleteAsync($"/events/{Stream.Id}")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NoContent);

        (await watching.ReadUntilAsync(item => item.EventType == "session_deleted")).Count.ShouldBeInRange(1, 2);
        var page = await ReadAsync();
        (page.DeletedAt, page.Entries.Count).ShouldBe((page.Head, 0));
        if (before.Epoch < 899_999_999_999_999) page.Head.ShouldBeGreaterThan(before);
        (await watching.NextAsync()).EventType.ShouldBe("stream_closing");
        var stored = await server.PostAsync($"/events/{Stream.Id}", """{"type":"two"}""");
        await using var next = await server.OpenAsync($"/events/{Stream.Id}?from=earliest");
        (await next.NextAsync(2))[1].EventId.ShouldBe(stored.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData(900)]
    [InlineData(2000)]
    public async Task Watcher_SeesAllEvents_WhenALargeEntryOfAStrangerStandsBetweenThem(int kilobytes)
    {
        await using var server = Server();
        var large = $$$"""{"type":"large","payload":{"text":"{{{new string('x', 200_000)}}}"}}""";
        (await server.PostAsync($"/events/{Stream.Id}", large)).Status.ShouldBe(HttpStatusCode.OK);
        await using var watching = await server.OpenAsync($"/events/{Stream.Id}");
        await watching.NextAsync();
        Write($"XADD log {{e}}-{{n}} d {new string('y', kilobytes * 1000)}");

        for (var i = 0; i < 3; i++) (await server.PostAsync($"/events/{Stream.Id}", large)).Status.ShouldBe(HttpStatusCode.OK);

        var head = (await ReadAsync()).Head;
        var seen = await watching.ReadUntilAsync(block => block.EventId == $"{head}");
        seen.Count(block => block.EventType == "large").ShouldBe(3);
        foreach (var gap in seen.Where(block => block.EventType == "stream_gap"))
        {
            // The epoch that began at the stranger's entry is empty before its first event.
            Cursor.TryParse(JsonDocument.Parse(gap.Data).RootElement.GetProperty("payload").GetProperty("to").GetString(), out var to).ShouldBeTrue();
            to.Offset.ShouldBe(0);
        }
        (await server.GetAsync($"/events/{Stream.Id}/history?types=large")).Json.GetProperty("events").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task ReadAsync_GoesOnBehindThem_WhenAllEntriesOfAPageAreStrangers()
    {
        var first = await AppendAsync(Envelopes.Thought());
        for (var i = 0; i < 300; i++) Write($"XADD log {first.Head.Epoch + 1}-{99999999999999900 + i} d {{}}");
        var last = await AppendAsync(Envelopes.Thought());
        last.Head.Epoch.ShouldBeGreaterThan(first.Head.Epoch);

        var page = await Bus.ReadAsync(Stream, first.Head, 100, Cancel);

        page.Entries.ShouldHaveSingleItem().Cursor.ShouldBe(last.Head);
        (await ReadAsync()).First.ShouldBe(first.Head);
    }

    [Fact]
    public async Task AppendAsync_KeepsWhatIsHeld_WhenAnEntryStandsBeyondAllCursors()
    {
        var stored = await AppendAsync(Envelopes.Thoughts(5));
        Write("XADD log 12345678901234567-1 d {}");

        var after = await AppendAsync(Envelopes.Thoughts(2));

        var page = await ReadAsync();
        page.Entries.Select(entry => entry.Cursor).ShouldBe([.. stored.Receipts.Concat(after.Receipts).Select(receipt => receipt.Cursor!.Value)]);
        page.Head.ShouldBe(after.Head);
        Probe.Number("XLEN", Key("log")).ShouldBe(7);
        (await AppendAsync(Envelopes.Thought())).Head.ShouldBe(after.Head.Next);
    }

    [Theory]
    [InlineData("inf", "a-session")]
    [InlineData("1e300", "a-session")]
    [InlineData("-5", "a-session")]
    [InlineData("1763694885123", "no session!")]
    [InlineData("1763694885123", "")]
    public async Task RecentSessionsAsync_LeavesOutAndForgets_WhenAMemberIsNoSession(string score, string member)
    {
        await AppendAsync(Envelopes.Thought());
        await Eventually.TrueAsync(() => Probe.Ask("ZSCORE", "session:recent", Stream.Id) is not null, Cancel);
        Probe.Ask("ZADD", "session:recent", score, member);

        (await Bus.RecentSessionsAsync(1000, Cancel)).Select(session => session.SessionId).ShouldContain(Stream.Id);

        Probe.Ask("ZSCORE", "session:recent", member).ShouldBeNull();
    }

    [Fact]
    public async Task RecentSessionsAsync_CountsAndLogsOnce_WhenMembersAreNoSessions()
    {
        // Of its own: other tests read the shared list too, and forget what is in it.
        await using var own = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(own, Cancel);
        var logger = new RecordingLogger<RedisEventBus>();
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = own.ConnectionString }, logger: logger, meters: Meters);
        using var skipped = new Measurements(Meters, "eventstream.redis.entries.skipped");
        probe.Ask("ZADD", "session:recent", "1", "no session!", "-5", "a-session");

        (await bus.RecentSessionsAsync(1000, Cancel)).ShouldBeEmpty();

        skipped.Sum.ShouldBe(2);
        logger.Entries.ShouldHaveSingleItem().Text.ShouldContain("session:recent");
        probe.Ask("EXISTS", "session:recent").ShouldBe(0L);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"event_id":"e"} and more""")]
    [InlineData("""{"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"stream_closing","payload":{}}""")]
    [InlineData("""{"event_id":"e","session_id":"another","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{}}""")]
    [InlineData("""{"event_id":"e","session_id":"{s}","timestamp":"2026-11-21T03:14:45.123Z","type":"t","payload":{},"id":"7-7"}""")]
    public async Task Stream_IsTrueToTheLog_WhenAnAnnouncementWithAPositionIsNoEvent(string envelope)
    {
        await using var server = Server();
        using var skipped = new Measurements(server, "eventstream.feeds.skipped");
        var head = (await AppendAsync(Envelopes.Thought())).Head;
        await using var client = await server.OpenAsync($"/events/{Stream.Id}");
        await client.NextAsync();

        for (var i = 0; i < 3; i++) Probe.Ask("PUBLISH", Stream.ToString(), $$"""{"id":"{{head.Next}}",{{envelope.TrimStart('{').Replace("{s}", Stream.Id, StringComparison.Ordinal)}}""");
        await Eventually.TrueAsync(() => skipped.Sum == 3, Cancel);
        var next = (await AppendAsync(Envelopes.Thought())).Head;

        next.ShouldBe(head.Next);
        (await client.NextAsync()).EventId.ShouldBe($"{next}");
    }

    private TestServer Server() => TestServer.Start(new() { ["ConnectionStrings:Redis"] = _redis.ConnectionString });

    private void Write(string command)
    {
        var head = Probe.List("HMGET", Key("meta"), "e", "o");
        var filled = command.Replace("{e}", head[0], StringComparison.Ordinal).Replace("{n}", $"{long.Parse(head[1]) + 1}", StringComparison.Ordinal)
            .Replace("{s}", Stream.Id, StringComparison.Ordinal);
        var parts = filled.Split(' ', filled.StartsWith("XADD", StringComparison.Ordinal) ? 5 : int.MaxValue);
        parts[1] = Key(parts[1]);
        Probe.Ask(parts);
    }
}

file static class Answers
{
    /// <summary>The request was done, and the answer is whole JSON.</summary>
    public static void ShouldBeAnswered(this HttpAnswer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        JsonDocument.Parse(answer.Text).Dispose();
    }
}
