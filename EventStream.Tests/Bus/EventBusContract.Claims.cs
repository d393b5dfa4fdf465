using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    private const AppendOutcome Taken = AppendOutcome.RunTaken;

    // No agent takes so short a lease; the bus knows no bounds.
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100), Long = TimeSpan.FromMinutes(10);

    private ILeases Leases => (ILeases)Bus;

    private ILeaseIndex Index => (ILeaseIndex)Bus;

    [Fact]
    public async Task AppendAsync_StoresAClaim_OfARunThatHasntStarted()
    {
        Outcomes(await ClaimAsync(_envelopes.Thought(runId: "r1"), _envelopes.RunStarted("r1"), _envelopes.Thought(runId: "r1"))).ShouldBe([Stored, Stored, Stored]);
    }

    [Fact]
    public async Task AppendAsync_AnswersRunTaken_ForAClaimOfAStartedRun_AndForItsEventsAlone()
    {
        await ClaimAsync(_envelopes.RunStarted("r1"));
        await AppendAsync(_envelopes.RunStarted("plain"));

        var result = await ClaimAsync(_envelopes.Thought(runId: "r1"), _envelopes.Thought(), _envelopes.RunStarted("r1"), _envelopes.RunStarted("r2"), _envelopes.RunStarted("plain"), _envelopes.RunCompleted("r1"));

        Outcomes(result).ShouldBe([Taken, Stored, Taken, Stored, Taken, Taken]);
        result.Receipts[2].Cursor.ShouldBeNull();
        result.Head.Offset.ShouldBe(4);
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task AppendAsync_StoresAPlainStart_OfAClaimedRun()
    {
        await ClaimAsync(_envelopes.RunStarted("r1"));

        Outcomes(await AppendAsync(_envelopes.RunStarted("r1"), _envelopes.Thought(runId: "r1"))).ShouldBe([Stored, Stored]);
    }

    [Fact]
    public async Task AppendAsync_AnswersRunEnded_ForAClaimOfARunThatHasEnded()
    {
        await ClaimAsync(_envelopes.RunStarted("r1"), _envelopes.RunCompleted("r1"));

        Outcomes(await ClaimAsync(_envelopes.RunStarted("r1"))).ShouldBe([RunEnded]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("producer")]
    public async Task AppendAsync_AnswersDuplicate_WhenTheClaimerRepeatsItsClaim_AndRunTakenWhenItWasRefused(string? producer)
    {
        var mine = new AppendRequest { Stream = Stream, Events = [_envelopes.RunStarted("r1"), _envelopes.Thought(runId: "r1")], Claim = true, Producer = At(producer, 1) };
        var others = new AppendRequest { Stream = Stream, Events = [_envelopes.RunStarted("r1"), _envelopes.Thought(runId: "r1"), _envelopes.RunStarted("r2")], Claim = true, Producer = At(producer is null ? null : "other", 1) };
        var first = await Bus.AppendAsync(mine, Cancel);
        Outcomes(await Bus.AppendAsync(others, Cancel)).ShouldBe([Taken, Taken, Stored]);

        var again = await Bus.AppendAsync(mine, Cancel);

        Outcomes(again).ShouldBe([Duplicate, Duplicate]);
        Cursors(again).ShouldBe(Cursors(first));
        Outcomes(await Bus.AppendAsync(others, Cancel)).ShouldBe([Taken, Taken, Duplicate]);
        await AppendAsync(_envelopes.RunCompleted("r1"));
        Outcomes(await Bus.AppendAsync(others, Cancel)).ShouldBe([RunEnded, RunEnded, Duplicate]);
    }

    [Fact]
    public async Task AppendAsync_IsAConflict_WhenAClaimExpectsAnotherHead()
    {
        await ClaimAsync(_envelopes.RunStarted("r1"));

        (await Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = [_envelopes.RunStarted("r1")], Claim = true, ExpectedHead = Cursor.Zero }, Cancel)).IsConflict.ShouldBeTrue();
    }

    [Fact]
    public async Task AppendAsync_StoresAClaim_WhenTheSessionThatKnewTheRunWasDeleted()
    {
        await ClaimAsync(_envelopes.RunStarted("r1"));
        await Bus.DeleteAsync(Stream, Cancel);

        Outcomes(await ClaimAsync(_envelopes.RunStarted("r1"))).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_TakesAClaimAsAPlainEvent_OnStreamsOfManySessions()
    {
        foreach (var session in (string[])["a", "b"])
        {
            var claim = new Envelopes(session).RunStarted("r1") with { ProjectId = _project.Id };
            Outcomes(await Bus.AppendAsync(new AppendRequest { Stream = _project, Events = [claim], Claim = true, Lease = Long }, Cancel)).ShouldBe([Stored]);
        }
    }

    [Fact]
    public async Task AppendAsync_GivesARunToOne_WhenManyClaimIt()
    {
        foreach (var run in Enumerable.Range(1, 20).Select(number => $"r{number}"))
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => ClaimAsync(Bus, Long, _envelopes.RunStarted(run)), Cancel)));

            claims.Count(claim => claim.Receipts.Single().Outcome == Stored).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Relays_LeaveOutARunThatIsTaken()
    {
        await ClaimAsync(_envelopes.RunStarted("r1"));
        var request = new AppendRequest { Stream = Stream, Claim = true, Events = [_envelopes.RunStarted("r1") with { ProjectId = _project.Id }, _envelopes.RunStarted("r2") with { ProjectId = _project.Id }] };

        await AppendRetry.AppendAsync(Bus, request, TimeSpan.Zero, TimeProvider.System, cancellationToken: Cancel);

        (await Bus.ReadAsync(_project, Cursor.Zero, 10, Cancel)).Entries.Select(entry => Envelopes.Read(entry).RunId).ShouldBe(["r2"]);
    }

    [Fact]
    public async Task Lease_EndsTheRunOnce_WhenItWasntRenewed()
    {
        await ClaimAsync(Bus, Short, _envelopes.RunStarted("r1"));
        await Eventually.TrueAsync(async () => (await EndLostAsync("r1")) is { LeaseLeft: null }, Cancel);

        Outcomes(await EndLostAsync("r1")).ShouldBe([RunEnded]);
        (await ReadAllAsync()).Select(entry => Envelopes.Read(entry).Type).ShouldBe(["run_started", "run_failed"]);
        Outcomes(await AppendAsync(_envelopes.Thought(runId: "r1"))).ShouldBe([RunEnded]);
        (await Leases.RenewAsync(Stream, "r1", null, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task Lease_GoesOn_WhileItIsLong()
    {
        await ClaimAsync(Bus, Long, _envelopes.RunStarted("r1"));

        var refused = await EndLostAsync("r1");

        refused.Receipts.ShouldBeEmpty();
        refused.LeaseLeft!.Value.ShouldBeInRange(Long - TimeSpan.FromMinutes(1), Long + TimeSpan.FromSeconds(1));
        (await ReadAllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Lease_GoesOn_UntilItCouldBeRenewedForAsLongAsItIs()
    {
        await ClaimAsync(Bus, Short, _envelopes.RunStarted("r1"));
        await Eventually.TrueAsync(async () => (await DueAsync()).Count > 0, Cancel);

        (await EndLostAsync("r1", TimeSpan.FromMilliseconds(60))).LeaseLeft.ShouldBe(TimeSpan.FromMilliseconds(40));

        Outcomes(await EndLostAsync("r1", Short)).ShouldBe([Stored]);
    }

    [Fact]
    public async Task Lease_IsNone_WhenTheRunIsUnknown_HasNone_OrHasEnded()
    {
        await ClaimAsync(_envelopes.RunStarted("unleased"));
        await AppendAsync(_envelopes.RunStarted("plain"));
        await ClaimAsync(Bus, Short, _envelopes.RunStarted("ended"), _envelopes.RunCompleted("ended"));

        foreach (var run in (string[])["unleased", "plain", "unknown"])
        {
            (await EndLostAsync(run)).LeaseLeft.ShouldBe(TimeSpan.Zero, run);
            (await Leases.RenewAsync(Stream, run, null, Cancel)).ShouldBeFalse(run);
        }
        Outcomes(await EndLostAsync("ended")).ShouldBe([RunEnded]);
        (await Leases.RenewAsync(Stream, "ended", null, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task Lease_IsRenewed_ByItsClaimerAlone()
    {
        var lease = TimeSpan.FromSeconds(3);
        (string? ClaimedBy, Func<string, Task> Act, bool Renews)[] rows =
        [
            ("worker", run => AppendAsAsync("worker", false, _envelopes.Thought(runId: run)), true),
            (null, run => AppendAsAsync(null, false, _envelopes.Thought(runId: run)), true),
            ("worker", run => AppendAsAsync("viewer", true, _envelopes.Thought(runId: run)), false),
            ("worker", run => AppendAsAsync(null, false, _envelopes.Thought(runId: run)), false),
            (null, run => AppendAsAsync("viewer", false, _envelopes.Thought(runId: run)), false),
            (null, run => AppendAsAsync(null, false, Command(run), _envelopes.Thought(), _envelopes.Thought(runId: "another")), false),
            ("worker", run => RenewAsync(run, "worker", true), true),
            (null, run => RenewAsync(run, null, true), true),
            ("worker", run => RenewAsync(run, "viewer", false), false),
            ("worker", run => RenewAsync(run, null, false), false),
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            var publisher = rows[i].ClaimedBy is { } name ? new Publisher(name, MayEndAnyRun: false) : null;
            await Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = [_envelopes.RunStarted($"r{i}")], Claim = true, Lease = lease, Publisher = publisher }, Cancel);
        }
        // All leases have ended, and no run: each could be renewed for a little less than its lease.
        var left = TimeSpan.FromMilliseconds(1);
        for (var i = 0; i < rows.Length; i++) await Eventually.TrueAsync(async () => (await EndLostAsync($"r{i}", lease - left)).LeaseLeft == left, Cancel);
        // Each of them may have had that little left.
        await Task.Delay(10 * left, Cancel);

        for (var i = 0; i < rows.Length; i++)
        {
            await rows[i].Act($"r{i}");
            (await EndLostAsync($"r{i}")).LeaseLeft.HasValue.ShouldBe(rows[i].Renews, $"row {i}");
        }

        async Task RenewAsync(string run, string? publisher, bool renews) =>
            (await Leases.RenewAsync(Stream, run, publisher is null ? null : new Publisher(publisher, MayEndAnyRun: false), Cancel)).ShouldBe(renews);
    }

    [Fact]
    public async Task Lease_IsForgotten_WithItsSession()
    {
        await ClaimAsync(Bus, Short, _envelopes.RunStarted("r1"));
        await Bus.DeleteAsync(Stream, Cancel);
        await AppendAsync(_envelopes.Thought());

        (await EndLostAsync("r1")).LeaseLeft.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task DueAsync_NamesALeaseOnceItMayHaveEnded_AndAgainWhenItIsTold()
    {
        await ClaimAsync(Bus, Long, _envelopes.RunStarted("alive"));
        await ClaimAsync(Bus, Short, _envelopes.RunStarted("lost"));
        await Eventually.TrueAsync(async () => (await DueAsync()).Any(), Cancel);

        var due = (await DueAsync()).Single();

        (due.Stream, due.RunId).ShouldBe((Stream, "lost"));
        await Eventually.TrueAsync(async () => (await EndLostAsync("lost")).LeaseLeft is null, Cancel);
        await Index.LookAgainAsync(due, TimeSpan.Zero, Cancel);
        (await DueAsync()).ShouldBeEmpty();
    }

    private Event Command(string runId) => new EventFactory(TimeProvider.System).Create(Stream.Id, new RunInterruptRequested { RunId = runId });

    private static ProducerPosition? At(string? producer, long sequence) => producer is null ? null : new ProducerPosition(producer, sequence);

    private Task<AppendResult> ClaimAsync(params IReadOnlyList<Event> events) => ClaimAsync(Bus, lease: null, events);

    private Task<AppendResult> ClaimAsync(IEventBus bus, TimeSpan? lease, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, Claim = true, Lease = lease }, Cancel).AsTask();

    private Task<AppendResult> EndLostAsync(string runId, TimeSpan? renewable = null) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = [_envelopes.RunFailed(runId)], EndsLost = new LostRunEnd(IsStarted: true, renewable ?? Long) }, Cancel).AsTask();

    private async Task<IReadOnlyList<LeasedRun>> DueAsync() => [.. (await Index.DueAsync(10_000, Cancel)).Where(run => run.Stream == Stream)];
}
