using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>Redis lost an event that was acknowledged to a producer, and others have filled the log up again before that producer appends.</summary>
public sealed class RedisRefilledLogTests(RedisServer redis) : RedisTest(redis)
{
    [Fact]
    public async Task AppendAsync_BeginsANewEpoch_WhenOthersFilledTheLogUpAgain()
    {
        await AppendAsync(NewBus(), Envelopes.Thought());
        var kept = await AppendOwnAsync(1, Envelopes.Thoughts(2));
        var mark = Probe.Text("HGET", Key("meta"), "p:p")!;
        var lost = await AppendOwnAsync(3, Envelopes.Thought());
        RollBack(lost.Head, mark);
        (await AppendAsync(NewBus(), Envelopes.Thoughts(2))).Head.ShouldBe(lost.Head.Next);

        var next = await AppendOwnAsync(4, Envelopes.Thought());

        next.Head.Epoch.ShouldBeGreaterThan(lost.Head.Epoch);
        (await ReadAsync()).Entries.Select(entry => entry.Cursor).ShouldBe([.. Enumerable.Range(1, 5).Select(offset => kept.Head with { Offset = offset }), next.Head]);
        (await AppendOwnAsync(5, Envelopes.Thought())).Head.ShouldBe(next.Head.Next);
    }

    [Fact]
    public async Task AppendAsync_BeginsANewEpoch_WhenAllOfAProducerIsGoneFromALogThatOthersFilledUp()
    {
        await AppendAsync(NewBus(), Envelopes.Thought());
        var lost = await AppendOwnAsync(1, Envelopes.Thought());
        RollBack(lost.Head, mark: null);
        (await AppendAsync(NewBus(), Envelopes.Thoughts(2))).Head.ShouldBe(lost.Head.Next);

        (await AppendOwnAsync(2, Envelopes.Thought())).Head.Epoch.ShouldBeGreaterThan(lost.Head.Epoch);
    }

    [Fact]
    public async Task AppendAsync_StaysInTheEpoch_WhateverAProducerDoes()
    {
        List<AppendResult> all = [await AppendOwnAsync(1, Envelopes.Thoughts(2)), await AppendOwnAsync(10, Envelopes.RunCompleted("r1"))];
        // Its numbers lie apart, since it publishes elsewhere too; whole batches are refused, repeated, or have ids of their own.
        all.Add(await AppendOwnAsync(20, Envelopes.Thoughts(2, runId: "r1")));
        all.Add(await AppendOwnAsync(30, Envelopes.Thought(runId: "r1"), Envelopes.Thought()));
        all.Add(await AppendOwnAsync(30, Envelopes.Thought(runId: "r1"), Envelopes.Thought()));
        all.Add(await AppendOwnAsync(20, Envelopes.Thoughts(2, runId: "r1")));
        all.Add(await AppendAsync(Envelopes.Thought()));
        // The log remembers 32 producers.
        foreach (var number in Enumerable.Range(0, 33)) all.Add(await AppendOwnAsync(1, $"other-{number}", Envelopes.Thought()));
        all.Add(await AppendOwnAsync(40, Envelopes.Thought()));
        foreach (var number in Enumerable.Range(0, 33)) all.Add(await AppendOwnAsync(2, $"other-{number}", Envelopes.Thought()));

        all.Select(result => result.Head.Epoch).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AppendAsync_BeginsOneNewEpoch_WhenAProducersLossWasToldAlready()
    {
        await AppendOwnAsync(1, Envelopes.Thought());
        var mark = Probe.Text("HGET", Key("meta"), "p:p")!;
        var lost = await AppendOwnAsync(2, Envelopes.Thought());
        RollBack(lost.Head, mark);
        await NewBus().BeginEpochAsync(Stream, lost.Head.Epoch, Cancel);
        var told = (await ReadAsync()).Head.Epoch;

        (await AppendOwnAsync(3, Envelopes.Thought())).Head.ShouldBe(new Cursor(told, 1));
    }

    [Fact]
    public async Task Stream_TellsAGap_WhenTheProducerOfALostEventAppends()
    {
        await AppendOwnAsync(1, Envelopes.Thought());
        var mark = Probe.Text("HGET", Key("meta"), "p:p")!;
        var lost = await AppendOwnAsync(2, Envelopes.Thought());
        RollBack(lost.Head, mark);
        await AppendAsync(NewBus(), Envelopes.Thought());
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = ConnectionString });
        await using var client = await server.OpenAsync($"/events/{Stream.Id}?from=earliest");
        (await client.NextAsync(3))[^1].EventId.ShouldBe($"{lost.Head}");

        var next = await AppendOwnAsync(3, Envelopes.Thought());

        var (gap, thought) = (await client.NextAsync(), await client.NextAsync());
        var payload = JsonElement.Parse(gap.Data).GetProperty("payload");
        (gap.EventType, payload.GetProperty("from").GetString(), payload.GetProperty("to").GetString()).ShouldBe(("stream_gap", $"{lost.Head}", $"{next.Head.Previous}"));
        thought.EventId.ShouldBe($"{next.Head}");
    }

    // Redis looks as after a failover to a replica that lacked the last event.
    private void RollBack(Cursor head, string? mark)
    {
        Probe.Ask("XDEL", Key("log"), $"{head}");
        Probe.Ask("XSETID", Key("log"), $"{head.Previous}");
        Probe.Ask("HSET", Key("meta"), "o", $"{head.Offset - 1}");
        if (mark is null) Probe.Ask("HDEL", Key("meta"), "p:p");
        else Probe.Ask("HSET", Key("meta"), "p:p", mark);
    }

    private Task<AppendResult> AppendOwnAsync(long sequence, params IReadOnlyList<Event> events) => AppendOwnAsync(sequence, "p", events);

    private async Task<AppendResult> AppendOwnAsync(long sequence, string producer, params IReadOnlyList<Event> events) =>
        await Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, Producer = new ProducerPosition(producer, sequence) }, Cancel);
}
