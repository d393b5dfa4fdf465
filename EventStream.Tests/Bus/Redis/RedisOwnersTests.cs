using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>Who started a run, beside what servers wrote that know nothing of it.</summary>
public sealed class RedisOwnersTests(RedisServer redis) : RedisTest(redis), IClassFixture<RedisServer>
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
    public async Task AppendAsync_NotesTheStart_AndNobody_WhenNobodyWasAsked_UntilSomebodyWhoIsKnownStartsTheRun()
    {
        var start = await AppendAsync(Envelopes.RunStarted("r1"), Envelopes.Thought());

        Probe.Ask("HGET", Key("owners"), "r1").ShouldBe($"{start.Receipts[0].Cursor} ");
        var second = await AsAsync("worker", Envelopes.RunStarted("r1"));
        await AsAsync("other", Envelopes.RunStarted("r1"));
        Probe.Ask("HGET", Key("owners"), "r1").ShouldBe($"{second.Head} worker");
    }

    [Fact]
    public async Task Lease_StandsBesideItsRun_AndGoesWithIt()
    {
        await ClaimAsync("r1", TimeSpan.FromMinutes(10));

        Probe.Ask("HGET", Key("owners"), " r1").ShouldBeOfType<string>().ShouldMatch("^[0-9]{13} 600000$");
        Probe.Ask("HGET", Key("meta"), "l").ShouldBe("1");
        await AppendAsync(Envelopes.RunCompleted("r1"));
        Probe.Ask("EXISTS", Key("owners")).ShouldBe(0L);
        Probe.Ask("HGET", Key("meta"), "l").ShouldBe("0");
    }

    [Fact]
    public async Task Claim_IsTaken_WhenTheLogIsRolledBackButNotWhenItIsGone()
    {
        await ClaimAsync("r1", lease: null);
        Probe.Ask("DEL", Key("log"));

        (await ClaimAsync("r1", lease: null)).Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
        (await ClaimAsync("r1", lease: null)).Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.RunTaken);
    }

    [Fact]
    public async Task Lease_IsDueAtMostOnceForEachClaim_AndRefusedClaimsAreTakenOff()
    {
        var index = (ILeaseIndex)Bus;
        await ClaimAsync("r1", TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 5; i++) await ClaimAsync("r1", TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(async () => (await DueAsync()).Any(), Cancel);

        var due = (await DueAsync()).ShouldHaveSingleItem();

        await index.LookAgainAsync(due, TimeSpan.FromMinutes(1), Cancel);
        (await DueAsync()).ShouldBeEmpty();

        async Task<IReadOnlyList<LeasedRun>> DueAsync() => [.. (await index.DueAsync(1000, Cancel)).Where(run => run.Stream == Stream)];
    }

    [Fact]
    public async Task DueAsync_LeavesOutWhatAnotherProgramPutThere()
    {
        Probe.Ask("ZADD", "session:leases", "1", "no claim", "2", $"c {Stream.Id} r! e");

        (await ((ILeaseIndex)Bus).DueAsync(1000, Cancel)).Where(run => run.Stream == Stream).ShouldBeEmpty();

        Probe.Ask("ZSCORE", "session:leases", "no claim").ShouldBeNull();
        Probe.Ask("ZSCORE", "session:leases", $"c {Stream.Id} r! e").ShouldBeNull();
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

    private ValueTask<AppendResult> ClaimAsync(string run, TimeSpan? lease) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = [Envelopes.RunStarted(run)], Claim = true, Lease = lease }, Cancel);

    private ValueTask<AppendResult> AsAsync(string name, params IReadOnlyList<Event> events) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, Publisher = new Publisher(name, MayEndAnyRun: false) }, Cancel);
}
