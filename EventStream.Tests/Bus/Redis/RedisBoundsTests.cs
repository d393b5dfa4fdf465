using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>The memory of a session is bounded, whatever its publishers do.</summary>
public sealed class RedisBoundsTests(RedisServer redis) : RedisTest(redis)
{
    [Fact]
    public async Task AppendAsync_RemembersAtMost32Producers_WhenMoreCome()
    {
        for (var i = 1; i <= 50; i++)
        {
            await FromProducerAsync($"p{i}", Envelopes.Thought());
            Producers().Count.ShouldBeLessThanOrEqualTo(32);
        }

        Producers().ShouldBe(Enumerable.Range(19, 32).Select(i => $"p:p{i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task AppendAsync_RemembersAtMost32Producers_WhenTheSessionEndedMeanwhile()
    {
        for (var i = 1; i <= 20; i++) await FromProducerAsync($"p{i}", Envelopes.Thought());
        await FromProducerAsync("p20", Envelopes.SessionEnded(), first: 2);
        for (var i = 21; i <= 50; i++) await FromProducerAsync($"p{i}", Envelopes.Thought());

        Producers().Count.ShouldBe(32);
    }

    [Fact]
    public async Task AppendAsync_RemembersAtMostDedupeEventsIds_WhenMoreCome()
    {
        var bus = NewBus(new LogOptions { DedupeEvents = 100 });
        for (var i = 0; i < 5; i++) await AppendAsync(bus, Envelopes.Thoughts(70));

        Probe.Number("ZCARD", Key("ids")).ShouldBe(100);
    }

    [Fact]
    public async Task AppendAsync_RemembersAtMostMaxEndedRuns_WhenMoreEnd()
    {
        var bus = NewBus(new LogOptions { MaxEndedRuns = 10 });
        await AppendAsync(bus, [.. Enumerable.Range(1, 25).Select(i => Envelopes.RunCompleted($"r{i}"))]);

        Probe.List("ZRANGE", Key("runs"), "0", "-1").ShouldBe(Enumerable.Range(16, 10).Select(i => $"r{i}"));
    }

    [Fact]
    public async Task AppendAsync_HoldsAtMostMaxEvents_WhenMoreCome()
    {
        var bus = NewBus(new LogOptions { MaxEvents = 100 });
        for (var i = 0; i < 30; i++)
        {
            await AppendAsync(bus, Envelopes.Thoughts(1 + 7 * (i % 4)));
            Probe.Number("XLEN", Key("log")).ShouldBeLessThanOrEqualTo(100);
        }
        await AppendAsync(bus, Envelopes.Thoughts(250));

        var page = await ReadAsync();
        page.Count.ShouldBeInRange(99, 100);
        page.Entries[^1].Cursor.ShouldBe(page.Head);
    }

    [Fact]
    public async Task AppendAsync_HoldsAtMostMaxBytes_WhenSizesDiffer()
    {
        const int MaxBytes = 300_000;
        var bus = NewBus(new LogOptions { MaxBytes = MaxBytes });
        for (var i = 0; i < 60; i++)
        {
            await AppendAsync(bus, Envelopes.Thought(new string('x', 1 + i * 7919 % 60_000)), Envelopes.Thought());
            var page = await ReadAsync();
            var bytes = page.Entries.Sum(entry => (long)entry.Envelope.Length);
            bytes.ShouldBeLessThanOrEqualTo(MaxBytes);
            Probe.Text("HGET", Key("meta"), "b").ShouldBe($"{bytes}");
        }
    }

    [Fact]
    public async Task AppendAsync_HoldsTheLargestEvent_WhenItAloneReachesTheBound()
    {
        var bus = NewBus(new LogOptions { MaxBytes = EventLimits.MaxEventBytes });
        await AppendAsync(bus, Envelopes.Thoughts(10));

        var head = (await AppendAsync(bus, Envelopes.Thought(new string('x', 261_000)))).Head;

        (await ReadAsync()).Entries[^1].Cursor.ShouldBe(head);
    }

    private List<string> Producers() =>
        [.. Probe.List("HKEYS", Key("meta")).Where(name => name.StartsWith("p:", StringComparison.Ordinal))];

    private ValueTask<AppendResult> FromProducerAsync(string producer, Event envelope, long first = 1) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = [envelope], Producer = new ProducerPosition(producer, first) }, Cancel);
}
