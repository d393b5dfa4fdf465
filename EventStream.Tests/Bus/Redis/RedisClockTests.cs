using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>Epochs go up although the clock of Redis was put back.</summary>
public sealed class RedisClockTests(RedisServer redis) : RedisTest(redis)
{
    [Fact]
    public async Task AppendAsync_BeginsAnEpochAboveTheOneItKnew_WhenTheLogWasLostAndTheClockIsBehind()
    {
        // As written while the clock was ahead.
        var ahead = DateTimeOffset.UtcNow.AddDays(30).ToUnixTimeMilliseconds();
        Probe.Ask("XADD", Key("log"), $"{ahead}-1", "d", "{}");
        Probe.Ask("HSET", Key("meta"), "e", $"{ahead}", "o", "1", "b", "2");
        (await AppendAsync(Envelopes.Thought())).Head.ShouldBe(new Cursor(ahead, 2));
        Probe.Ask("DEL", Key("log"), Key("meta"), Key("ids"), Key("runs"));

        (await AppendAsync(Envelopes.Thought())).Head.ShouldBe(new Cursor(ahead + 1, 1));
    }

    [Fact]
    public async Task AppendAsync_BeginsAnEpochAboveTheLast_WhenItsLogIsGoneAndTheClockIsBehind()
    {
        var ahead = DateTimeOffset.UtcNow.AddDays(30).ToUnixTimeMilliseconds();
        Probe.Ask("HSET", Key("meta"), "e", $"{ahead}", "o", "1", "b", "2");

        (await AppendAsync(NewBus(), Envelopes.Thought())).Head.ShouldBe(new Cursor(ahead + 1, 1));
    }
}
