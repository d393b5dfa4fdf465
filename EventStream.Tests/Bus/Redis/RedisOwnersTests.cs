using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>Who started a run, beside what servers wrote that know nothing of it.</summary>
public sealed class RedisOwnersTests(RedisServer redis) : RedisTest(redis)
{
    [Fact]
    public async Task AppendAsync_KeepsTheOwnerUntilTheRunEnds()
    {
        var start = await AsAsync("worker", Envelopes.RunStarted("r1"));

        Probe.Ask("HGET", Key("owners"), "r1").ShouldBe($"{start.Head} worker");
        ((long)Probe.Ask("PTTL", Key("owners"))!).ShouldBeGreaterThan(0);
        await AsAsync("worker", Envelopes.RunCompleted("r1"));
        Probe.Ask("EXISTS", Key("owners")).ShouldBe(0L);
    }

    [Fact]
    public async Task AppendAsync_WritesNothingMore_WhenNobodyWasAsked()
    {
        await AppendAsync(Envelopes.RunStarted("r1"), Envelopes.Thought());

        Probe.Ask("EXISTS", Key("owners")).ShouldBe(0L);
    }

    [Fact]
    public async Task AppendAsync_AnswersRunEnded_WhenAnOlderServerStoredTheEnd()
    {
        await AsAsync("worker", Envelopes.RunStarted("r1"));
        Probe.Ask("ZADD", Key("runs"), "2", "r1");

        (await AsAsync("worker", Envelopes.RunCompleted("r1"))).Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.RunEnded);
    }

    [Fact]
    public async Task AppendAsync_ForgetsTheOwner_WhenAnOlderServerDeletedTheSession()
    {
        var start = await AsAsync("worker", Envelopes.RunStarted("r1"));
        Probe.Ask("DEL", Key("log"), Key("runs"), Key("ids"));
        Probe.Ask("HSET", Key("meta"), "d", $"{start.Head.Next}", "o", "2", "b", "0");

        (await AsAsync("other", Envelopes.RunCompleted("r1"))).Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
        Probe.Ask("EXISTS", Key("owners")).ShouldBe(0L);
    }

    [Fact]
    public async Task Subscribe_LeavesOutAPublisherThatAForeignMessageNames()
    {
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);
        var claimed = EventWriter.ToUtf8(Envelopes.Thought() with { Publisher = "admin" });

        Probe.Ask("PUBLISH", Stream.ToString(), System.Text.Encoding.UTF8.GetString(claimed));

        await Eventually.TrueAsync(() => listener.Unlogged.Count == 1, Cancel);
        listener.Unlogged[0].Publisher.ShouldBeNull();
    }

    private ValueTask<AppendResult> AsAsync(string name, params IReadOnlyList<Event> events) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, Publisher = new Publisher(name, MayEndAnyRun: false) }, Cancel);
}
