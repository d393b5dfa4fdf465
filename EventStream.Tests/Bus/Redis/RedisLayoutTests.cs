using System.Text;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>The keys and values in Redis, as redis-cli and other languages see them.</summary>
public sealed class RedisLayoutTests(RedisServer redis) : RedisTest(redis)
{
    private readonly RedisServer _redis = redis;

    [Fact]
    public async Task AppendAsync_TakesOneRoundTrip_WhenABatchIsStored()
    {
        await AppendAsync(Envelopes.Thought());
        // The bus lists a new log after the append has returned.
        await Eventually.TrueAsync(() => Probe.Ask("ZSCORE", "session:recent", Stream.Id) is not null, Cancel);
        using var monitor = await RedisProbe.ConnectAsync(_redis, Cancel);
        monitor.Ask("MONITOR").ShouldBe("OK");

        await AppendAsync([.. Envelopes.Thoughts(50), Envelopes.RunCompleted("r1")]);

        var sentinel = Guid.NewGuid().ToString();
        Probe.Ask("ECHO", sentinel);
        var commands = new List<string>();
        for (var line = (string)monitor.Read()!; !line.Contains(sentinel, StringComparison.Ordinal); line = (string)monitor.Read()!)
        {
            // MONITOR also shows the commands of scripts, marked "lua".
            if (line.Contains(Stream.Id, StringComparison.Ordinal) && !line.Contains(" lua] ", StringComparison.Ordinal)) commands.Add(line);
        }
        commands.ShouldHaveSingleItem().ShouldContain("\"EVALSHA\"");
    }

    [Fact]
    public async Task AppendAsync_WritesTheEnvelopeUnderItsCursor_WhenTheLogIsReadWithRedisCli()
    {
        var thought = Envelopes.Thought("ünï 😀");

        var head = (await AppendAsync(thought)).Head;

        var entry = (object?[])((object?[])Probe.Ask("XRANGE", Key("log"), "-", "+")!).ShouldHaveSingleItem()!;
        entry[0].ShouldBe(head.ToString());
        ((object?[])entry[1]!).ShouldBe(["d", Encoding.UTF8.GetString(EventWriter.ToUtf8(thought))]);
    }

    [Fact]
    public async Task AppendAsync_KeepsAllKeysUnderOneHashTag_WhenEveryKindOfKeyIsInUse()
    {
        await AppendAsync(Envelopes.Thought(), Envelopes.RunCompleted("r1"), Envelopes.SessionEnded());

        Probe.List("KEYS", $"*{Stream.Id}*").ShouldBe([Key("ids"), Key("log"), Key("meta"), Key("runs")], ignoreOrder: true);
    }

    [Fact]
    public async Task AppendAsync_AnnouncesReadableJson_WhenRedisCliSubscribes()
    {
        using var subscriber = await RedisProbe.ConnectAsync(_redis, Cancel);
        subscriber.Ask("SUBSCRIBE", $"session:{Stream.Id}");
        var thought = Envelopes.Thought("so");

        var result = await AppendAsync(thought);

        var message = (object?[])subscriber.Read()!;
        var envelope = Encoding.UTF8.GetString(EventWriter.ToUtf8(thought));
        message.ShouldBe(["message", $"session:{Stream.Id}", $"{{\"id\":\"{result.Head}\",{envelope[1..]}"]);
        message[2]!.ToString()!.ShouldStartWith($"{{\"id\":\"{result.Head}\",\"event_id\":\"{thought.EventId}\",\"session_id\":\"{Stream.Id}\",");
        result.Listeners.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_UsesTheNamesOfItsKind_WhenTheStreamIsAProjectOrBroadcast()
    {
        await Bus.AppendAsync(new AppendRequest { Stream = new StreamKey(StreamKind.Project, Stream.Id), Events = [Envelopes.Thought()] }, Cancel);
        await Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Broadcast, Events = [Envelopes.Thought()] }, Cancel);

        Probe.Number("EXISTS", $"project:{{{Stream.Id}}}:log", "broadcast:{all}:log").ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_Stores_WhenTheScriptsWereFlushed()
    {
        var first = await AppendAsync(Envelopes.Thought());
        Probe.Ask("SCRIPT", "FLUSH");

        var second = await AppendAsync(Envelopes.Thought());
        Probe.Ask("SCRIPT", "FLUSH");
        var page = await ReadAsync();
        Probe.Ask("SCRIPT", "FLUSH");

        second.Head.ShouldBe(first.Head.Next);
        page.Count.ShouldBe(2);
        (await Bus.DeleteAsync(Stream, Cancel)).ShouldBe(second.Head.Next);
    }

    [Fact]
    public async Task AppendAsync_SetsExpiries_WhenAStreamIsBorn()
    {
        var bus = NewBus(new LogOptions { Retention = TimeSpan.FromHours(1), DedupeWindow = TimeSpan.FromMinutes(1) });

        await AppendAsync(bus, Envelopes.Thought(), Envelopes.RunCompleted("r1"));

        Probe.Number("PTTL", Key("log")).ShouldBeInRange(3_500_000, 3_600_000);
        Probe.Number("PTTL", Key("meta")).ShouldBeInRange(7_100_000, 7_200_000);
        Probe.Number("PTTL", Key("runs")).ShouldBeInRange(7_100_000, 7_200_000);
        Probe.Number("PTTL", Key("ids")).ShouldBeInRange(50_000, 60_000);
    }

    [Fact]
    public async Task AppendAsync_RenewsExpiries_WhenTheyHaveAged()
    {
        var time = new FakeTimeProvider();
        var bus = NewBus(new LogOptions { Retention = TimeSpan.FromHours(1) }, time);
        await AppendAsync(bus, Envelopes.Thought(), Envelopes.RunCompleted("r1"));
        foreach (var part in (string[])["log", "meta", "runs", "ids"]) Probe.Ask("PEXPIRE", Key(part), "100000");
        time.Advance(TimeSpan.FromMinutes(5));

        await AppendAsync(bus, Envelopes.Thought());

        Probe.Number("PTTL", Key("log")).ShouldBeGreaterThan(3_500_000);
        Probe.Number("PTTL", Key("meta")).ShouldBeGreaterThan(7_100_000);
        Probe.Number("PTTL", Key("runs")).ShouldBeGreaterThan(7_100_000);
        Probe.Number("PTTL", Key("ids")).ShouldBeGreaterThan(200_000);
    }

    [Fact]
    public async Task AppendAsync_RemembersAThousandSessions_WhenMoreBegan()
    {
        Probe.Ask("EVAL", "for i = 1, 1500 do redis.call('ZADD', 'session:recent', i, 'old' .. i) end", "0");

        await AppendAsync(Envelopes.Thought());

        await Eventually.TrueAsync(() => Probe.Number("ZCARD", "session:recent") == 1000, Cancel);
        (await Bus.RecentSessionsAsync(1000, Cancel)).ShouldAllBe(session => !session.SessionId.StartsWith("old", StringComparison.Ordinal));
        Probe.Number("ZCOUNT", "session:recent", "0", "1500").ShouldBe(0);
    }

    [Fact]
    public async Task DeleteAsync_LeavesOnlyTheMeta_WhenThereWasALog()
    {
        await AppendAsync(Envelopes.Thought(), Envelopes.RunCompleted("r1"));

        await Bus.DeleteAsync(Stream, Cancel);

        Probe.List("KEYS", $"*{Stream.Id}*").ShouldBe([Key("meta")]);
        Probe.Number("PTTL", Key("meta")).ShouldBePositive();
    }
}
