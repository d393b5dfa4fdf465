using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>What happens when Redis lost data: no offset is ever given to two events.</summary>
public sealed class RedisEpochTests(RedisServer redis) : RedisTest(redis)
{
    [Fact]
    public async Task BeginEpochAsync_KeepsWhatIsHeld_WhenTheLogIsInTheEpoch()
    {
        var old = await AppendAsync(Envelopes.Thoughts(3));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => await Bus.BeginEpochAsync(Stream, old.Head.Epoch, Cancel)));

        var page = await ReadAsync();
        page.Head.ShouldBe(new Cursor(page.Head.Epoch, 0));
        page.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        page.Entries.Select(entry => entry.Cursor).ShouldBe(old.Receipts.Select(receipt => receipt.Cursor!.Value));
        (await AppendAsync(NewBus(), Envelopes.Thought())).Head.ShouldBe(page.Head.Next);
    }

    [Fact]
    public async Task BeginEpochAsync_ChangesNothing_WhenTheLogIsInALaterOneOrEmpty()
    {
        var head = (await AppendAsync(Envelopes.Thoughts(3))).Head;

        await Bus.BeginEpochAsync(Stream, head.Epoch - 1, Cancel);
        await Bus.BeginEpochAsync(NewStream(), head.Epoch, Cancel);

        (await ReadAsync()).Head.ShouldBe(head);
    }

    [Fact]
    public async Task DeleteAsync_MarksWhatTheCallerHasSeen_WhenTheLogWasRolledBack()
    {
        var head = (await AppendAsync(Envelopes.Thoughts(3))).Head;
        Probe.Ask("XDEL", Key("log"), $"{head}");
        Probe.Ask("HSET", Key("meta"), "o", "2");

        (await Bus.DeleteAsync(Stream, Cancel)).ShouldBe(head.Next);

        (await ReadAsync()).DeletedAt.ShouldBe(head.Next);
    }

    [Fact]
    public async Task AppendAsync_BeginsANewEpoch_WhenTheLogIsAheadOfItsMeta()
    {
        var old = await AppendAsync(Envelopes.Thoughts(2));
        Probe.Ask("XADD", Key("log"), $"{old.Head.Next}", "d", """{"type":"left_over"}""");

        var next = await AppendAsync(Envelopes.Thoughts(2));

        next.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        next.Head.Offset.ShouldBe(2);
        (await ReadAsync()).Entries.Count.ShouldBe(5);
    }

    [Fact]
    public async Task ReadAsync_AnswersAnEmptyLog_WhenTheMetaWasBrokenOff()
    {
        Probe.Ask("HSET", Key("meta"), "e", "1795246969860");
        (await ReadAsync()).Head.ShouldBe(new Cursor(1795246969860, 0));
        (await AppendAsync(Envelopes.Thought())).Head.Epoch.ShouldBeGreaterThan(1795246969860);
    }

    [Fact]
    public async Task AppendAsync_DropsTheLog_WhenItsMetaIsGone()
    {
        var old = await AppendAsync(NewBus(), Envelopes.Thoughts(3));
        Probe.Ask("DEL", Key("meta"));

        (await ReadAsync()).Head.ShouldBe(Cursor.Zero);
        var reborn = await AppendAsync(Envelopes.Thought());

        reborn.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        reborn.Head.Offset.ShouldBe(1);
        (await ReadAsync()).Entries.Select(entry => entry.Cursor).ShouldBe([reborn.Head]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AppendAsync_BeginsANewEpoch_WhenTheLogIsGone(bool knowsTheHead)
    {
        var thought = Envelopes.Thought();
        var old = await AppendAsync(thought, Envelopes.Thought());
        Probe.Ask("DEL", Key("log"));

        var reborn = await AppendAsync(knowsTheHead ? Bus : NewBus(), thought);

        reborn.Receipts[0].Outcome.ShouldBe(AppendOutcome.Stored);
        reborn.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        reborn.Head.Offset.ShouldBe(1);
        var page = await ReadAsync();
        page.Count.ShouldBe(1);
        page.First.ShouldBe(reborn.Head);
    }

    [Fact]
    public async Task AppendAsync_BeginsAnEpochAboveAllKnownOnes_WhenRedisLostEverything()
    {
        var old = await AppendAsync(Envelopes.Thoughts(2));
        Probe.Ask("DEL", Key("log"), Key("meta"), Key("ids"), Key("runs"));

        var reborn = await AppendAsync(Envelopes.Thought());

        reborn.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        reborn.Head.Offset.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_BeginsANewEpochAndKeepsTheEntries_WhenTheHeadWasRolledBack()
    {
        var old = await AppendAsync(Envelopes.Thoughts(5));
        // Redis looks as after a failover to a replica that lacked the last two.
        Probe.Ask("HSET", Key("meta"), "o", "3");
        Probe.Ask("XDEL", Key("log"), $"{old.Head.Epoch}-4", $"{old.Head.Epoch}-5");

        var reborn = await AppendAsync(Envelopes.Thought());

        reborn.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        reborn.Head.Offset.ShouldBe(1);
        var page = await ReadAsync();
        page.Entries.Select(entry => entry.Cursor).ShouldBe([.. Enumerable.Range(1, 3).Select(offset => old.Head with { Offset = offset }), reborn.Head]);
        page.Count.ShouldBe(4);
    }

    [Fact]
    public async Task AppendAsync_CountsBytesAfresh_WhenTheHeadWasRolledBackAndTheLogIsGone()
    {
        var bus = NewBus(new LogOptions { MaxBytes = EventLimits.MaxEventBytes });
        await AppendAsync(bus, Envelopes.Thoughts(5));
        Probe.Ask("HSET", Key("meta"), "o", "3", "b", "200000");
        Probe.Ask("DEL", Key("log"));

        await AppendAsync(bus, Envelopes.Thought());

        long.Parse(Probe.Text("HGET", Key("meta"), "b")!).ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task AppendAsync_RemembersEndedRuns_WhenTheLogIsGone()
    {
        await AppendAsync(Envelopes.RunCompleted("r1"));
        Probe.Ask("DEL", Key("log"));

        var result = await AppendAsync(Envelopes.Thought(), Envelopes.Thought(runId: "r1"));

        result.Receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Stored, AppendOutcome.RunEnded]);
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBe(result.Head with { Offset = 0 });
    }

    [Fact]
    public async Task FindRunEndAsync_FindsTheTerminalEventThatSurvived_WhenTheHeadWasRolledBackTwice()
    {
        var first = await AppendAsync(Envelopes.Thought(), Envelopes.RunCompleted("r1"), Envelopes.Thought());
        await RollBackAsync(first.Head);
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBe(first.Head with { Offset = 2 });

        var second = await AppendAsync(Envelopes.Thought(), Envelopes.RunCompleted("r2"), Envelopes.Thought());
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBe(first.Head with { Offset = 2 });
        await RollBackAsync(second.Head);

        var third = await AppendAsync(Envelopes.Thought(runId: "r1"), Envelopes.Thought(runId: "r2"), Envelopes.RunCompleted("r3"));
        third.Receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.RunEnded, AppendOutcome.RunEnded, AppendOutcome.Stored]);
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBe(third.Head with { Offset = 0 });
        (await Bus.FindRunEndAsync(Stream, "r2", Cancel)).ShouldBe(second.Head with { Offset = second.Head.Offset - 1 });
        (await Bus.FindRunEndAsync(Stream, "r3", Cancel)).ShouldBe(third.Head);
        (await Bus.FindRunEndAsync(Stream, "r4", Cancel)).ShouldBeNull();

        // Redis looks as after a failover to a replica that lacked the last one; the next append shows it.
        async Task RollBackAsync(Cursor head)
        {
            Probe.Ask("HSET", Key("meta"), "o", $"{head.Offset - 1}");
            Probe.Ask("XDEL", Key("log"), $"{head}");
            (await AppendAsync(Envelopes.Thought())).Head.Epoch.ShouldBeGreaterThan(head.Epoch);
        }
    }

    [Fact]
    public async Task AppendAsync_RecognisesWhatSurvived_WhenTheHeadWasRolledBack()
    {
        var kept = Envelopes.Thought();
        var lost = Envelopes.Thought();
        var old = await AppendAsync(kept, lost);
        // Redis looks as after a failover to a replica that lacked the second.
        Probe.Ask("HSET", Key("meta"), "o", "1");
        Probe.Ask("XDEL", Key("log"), $"{old.Head}");
        Probe.Ask("ZREM", Key("ids"), lost.EventId);

        var first = await AppendAsync(kept, Envelopes.Thought());
        var again = await AppendAsync(kept, lost);

        first.Receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Duplicate, AppendOutcome.Stored]);
        again.Receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Duplicate, AppendOutcome.Stored]);
        (await ReadAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task AppendAsync_RecognisesAProducersBatchThatSurvived_WhenTheHeadWasRolledBack()
    {
        var batch = new AppendRequest { Stream = Stream, Events = Envelopes.Thoughts(2), Producer = new ProducerPosition("p", 1) };
        await Bus.AppendAsync(batch, Cancel);
        var old = await AppendAsync(Envelopes.Thought());
        Probe.Ask("HSET", Key("meta"), "o", "2");
        Probe.Ask("XDEL", Key("log"), $"{old.Head}");

        var reborn = await AppendAsync(Envelopes.Thought());
        var again = await Bus.AppendAsync(batch, Cancel);

        reborn.Head.Epoch.ShouldBeGreaterThan(old.Head.Epoch);
        again.Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.Duplicate && receipt.Cursor == null);
        (await ReadAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task AppendAsync_ForgetsAProducersBatch_WhenItsLogIsGone()
    {
        var batch = new AppendRequest { Stream = Stream, Events = Envelopes.Thoughts(2), Producer = new ProducerPosition("p", 1) };
        await Bus.AppendAsync(batch, Cancel);
        Probe.Ask("DEL", Key("log"));

        (await Bus.AppendAsync(batch, Cancel)).Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.Stored);
    }
}
