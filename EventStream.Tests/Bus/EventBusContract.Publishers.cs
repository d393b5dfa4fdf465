using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    // Names that look like JSON, like patterns of Lua, and like the end of an envelope.
    public static TheoryData<string> OddNames => ["worker", "team \"a\" \\ b", "%d+(.*)$ é 😀", "x\"}", ",\"publisher\":\"other", "worker/user 7"];

    public static TheoryData<string?, string?, bool, bool> Endings => new()
    {
        // started by, ended by, as admin, whether it may
        { "worker", "worker", false, true }, { "worker", "other", false, false }, { "worker", "other", true, true }, { "worker", null, false, true },
        { null, "worker", false, true }, { null, "other", true, true }, { null, null, false, true },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task AppendAsync_EndsARun_ForItsOwnerAlone(string? startedBy, string? endedBy, bool asAdmin, bool mayEnd)
    {
        foreach (var (terminal, number) in ((string[])["run_completed", "run_failed", "run_cancelled"]).Select((type, i) => (type, i)))
        {
            var run = $"r{number}";
            await AppendAsAsync(startedBy, false, _envelopes.RunStarted(run));
            var end = () => AppendAsAsync(endedBy, asAdmin, _envelopes.Thought(runId: run), Terminal(terminal, run));
            if (mayEnd)
            {
                Outcomes(await end()).ShouldBe([Stored, Stored]);
                continue;
            }
            var head = (await ReadStateAsync()).Head;
            var refusal = await Should.ThrowAsync<EventRejectedException>(end);
            refusal.ShouldSatisfyAllConditions(
                () => refusal.Message.ShouldBe($"/run_id is '{run}', which another publisher started: only that publisher, and who holds 'admin {Stream}', may end it."),
                () => (refusal.IsDenied, refusal.Item).ShouldBe((true, 1)));
            (await ReadStateAsync()).Head.ShouldBe(head);
            (await Bus.FindRunEndAsync(Stream, run, Cancel)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task AppendAsync_KeepsTheFirstOwner_WhenAnotherPublisherStartsTheRunAgain()
    {
        await AppendAsAsync("worker", false, _envelopes.RunStarted("r1"));
        Outcomes(await AppendAsAsync("other", false, _envelopes.RunStarted("r1"))).ShouldBe([Stored]);

        await Should.ThrowAsync<EventRejectedException>(() => AppendAsAsync("other", false, _envelopes.RunStarted("r1"), _envelopes.RunCompleted("r1")));
        Outcomes(await AppendAsAsync("worker", false, _envelopes.RunCompleted("r1"))).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_AnswersRunEnded_WhenAnotherPublisherEndsARunThatHasEnded()
    {
        await AppendAsAsync("worker", false, _envelopes.RunStarted("r1"), _envelopes.RunCompleted("r1"));

        Outcomes(await AppendAsAsync("other", false, _envelopes.RunFailed("r1"))).ShouldBe([RunEnded]);
    }

    [Fact]
    public async Task AppendAsync_KnowsTheOwner_WhenTheStartWasTrimmed()
    {
        var bus = await BusWithAsync(new LogOptions { MaxEvents = 2 });
        await AppendAsAsync(bus, "worker", false, _envelopes.RunStarted("r1"));
        await AppendAsync(bus, _envelopes.Thoughts(5));

        await Should.ThrowAsync<EventRejectedException>(() => AppendAsAsync(bus, "other", false, _envelopes.RunCompleted("r1")));
        Outcomes(await AppendAsAsync(bus, "worker", false, _envelopes.RunCompleted("r1"))).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_ForgetsOwnersOfThePublisherThatStartedTheMost_WhenThereAreTooMany()
    {
        var bus = await BusWithAsync(new LogOptions { MaxEndedRuns = 16 });
        await AppendAsAsync(bus, "worker", false, _envelopes.RunStarted("mine"));
        await AppendAsAsync(bus, "flood", false, [.. Enumerable.Range(1, 40).Select(number => _envelopes.RunStarted($"f{number}"))]);

        await Should.ThrowAsync<EventRejectedException>(() => AppendAsAsync(bus, "flood", false, _envelopes.RunCompleted("mine")));
        await Should.ThrowAsync<EventRejectedException>(() => AppendAsAsync(bus, "worker", false, _envelopes.RunCompleted("f40")));
        // Nobody knows any more who started it.
        Outcomes(await AppendAsAsync(bus, "worker", false, _envelopes.RunCompleted("f1"))).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_ForgetsTheOwner_WhenTheSessionIsDeleted()
    {
        await AppendAsAsync("worker", false, _envelopes.RunStarted("r1"));
        await Bus.DeleteAsync(Stream, Cancel);

        Outcomes(await AppendAsAsync("other", false, _envelopes.RunCompleted("r1"))).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_StoresOneEnd_WhenOwnerAndOthersEndTheRunAtOnce()
    {
        await AppendAsAsync("worker", false, _envelopes.RunStarted("r1"));

        var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(async () =>
        {
            try
            {
                return Outcomes(await AppendAsAsync(number == 10 ? "worker" : "other", false, _envelopes.RunCompleted("r1"))).Single();
            }
            catch (EventRejectedException)
            {
                return RunEnded;
            }
        }, Cancel)));

        ends.Count(outcome => outcome == Stored).ShouldBe(1);
        ends[10].ShouldBe(Stored);
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task AppendAsync_RefusesAnIdThatAnotherPublisherUsed_AndKnowsARepetition(string name)
    {
        var mine = _envelopes.Thought(eventId: "e1") with { Publisher = name };
        var first = await AppendAsAsync(name, false, mine);
        await AppendAsAsync(name, false, _envelopes.RunStarted("r1") with { Publisher = name });

        Cursors(await AppendAsAsync(name, false, mine)).ShouldBe(Cursors(first));
        foreach (var other in OddNames.Select(row => row.Data).Where(other => other != name))
        {
            var refusal = await Should.ThrowAsync<EventRejectedException>(() => AppendAsAsync(other, true, _envelopes.Thought(), _envelopes.Thought(eventId: "e1") with { Publisher = other }));
            refusal.Message.ShouldBe("/event_id is 'e1', which another publisher has given to an event of this session; give this event another id.");
            (refusal.IsDenied, refusal.Item).ShouldBe((true, 1));
            await Should.ThrowAsync<EventRejectedException>(() => AppendAsAsync(other, false, _envelopes.RunFailed("r1")));
        }
        (await ReadAsync()).Count.ShouldBe(2);
        Outcomes(await AppendAsAsync(name, false, _envelopes.RunFailed("r1") with { Publisher = name })).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_AnswersDuplicate_WhenNobodySaysWhoPublishedTheEventFirst()
    {
        // As an older server, or a worker that goes straight to the bus, has stored it.
        var payload = EventPayload.Parse("""{"publisher":"other","list":[{"a":1,"publisher":"other"}]}""");
        var unknown = new EventFactory(TimeProvider.System).Create(Stream.Id, "note", payload, new PublishOptions { EventId = "e1" });
        var first = await AppendAsync(unknown);
        var mine = _envelopes.Thought(eventId: "e2") with { Publisher = "worker" };
        var second = await AppendAsAsync("worker", false, mine);

        Cursors(await AppendAsAsync("worker", false, unknown with { Publisher = "worker" })).ShouldBe(Cursors(first));
        Cursors(await AppendAsync(mine)).ShouldBe(Cursors(second));
    }

    [Fact]
    public async Task Relays_StoreBothEvents_WhenTheSessionTookTheSameIdFromTwoPublishers()
    {
        // The session forgets the id sooner than the project does.
        var bus = await BusWithAsync(new LogOptions { DedupeEvents = 2 });
        foreach (var name in (string[])["other", "worker", "worker"])
        {
            var request = new AppendRequest { Stream = Stream, Events = [Mine(eventId: "e1") with { Publisher = name }], Publisher = new Publisher(name, false) };
            await AppendRetry.AppendAsync(bus, request, TimeSpan.Zero, TimeProvider.System, cancellationToken: Cancel);
            if (name == "other") await AppendAsync(bus, _envelopes.Thoughts(3));
        }

        (await bus.ReadAsync(_project, Cursor.Zero, 10, Cancel)).Entries.Select(entry => Envelopes.Read(entry).Publisher).ShouldBe(["other", "worker"]);
    }

    private Task<AppendResult> AppendAsAsync(string? name, bool mayEndAnyRun, params IReadOnlyList<Event> events) => AppendAsAsync(Bus, name, mayEndAnyRun, events);

    private Task<AppendResult> AppendAsAsync(IEventBus bus, string? name, bool mayEndAnyRun, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, Publisher = name is null ? null : new Publisher(name, mayEndAnyRun) }, Cancel).AsTask();
}
