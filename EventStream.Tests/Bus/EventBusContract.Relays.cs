using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    private readonly StreamKey _project = StreamKey.Project($"p-{Guid.NewGuid():N}");

    [Fact]
    public async Task Relays_BringEventsToTheirProject_InTheOrderOfTheSession()
    {
        var events = new[] { Mine(), _envelopes.Thought(), Mine(), Mine() };

        var result = await RelayAsync(new AppendRequest { Stream = Stream, Events = events });

        Outcomes(result).ShouldBe([Stored, Stored, Stored, Stored]);
        Ids(await ReadAllAsync()).ShouldBe(Ids(events));
        var project = await ReadAllOfAsync(_project);
        Ids(project).ShouldBe(Ids([events[0], events[2], events[3]]));
        Offsets(project).ShouldBe(OneTo(3));
        project.Select(entry => Envelopes.Read(entry)).ShouldAllBe(envelope => envelope.SessionId == Stream.Id && envelope.ProjectId == _project.Id);
    }

    [Fact]
    public async Task Relays_CompleteWhatAnEarlierAttemptLeft_WhenEventsComeAgain()
    {
        // A publisher died after it had appended the first two and before it relayed them to their project.
        var events = new[] { Mine(), Mine(), Mine() };
        await AppendAsync(events[..2]);

        Outcomes(await RelayAsync(new AppendRequest { Stream = Stream, Events = events })).ShouldBe([Duplicate, Duplicate, Stored]);
        Outcomes(await RelayAsync(new AppendRequest { Stream = Stream, Events = events })).ShouldBe([Duplicate, Duplicate, Duplicate]);

        Ids(await ReadAllOfAsync(_project)).ShouldBe(Ids(events));
    }

    [Fact]
    public async Task Relays_CompleteWhatAnEarlierAttemptLeft_WhenAProducerRepeatsItsBatch()
    {
        var events = new[] { Mine(), Mine() };
        var request = new AppendRequest { Stream = Stream, Events = events, Producer = new ProducerPosition("p1", 1) };
        await Bus.AppendAsync(request, Cancel);

        Outcomes(await RelayAsync(request)).ShouldBe([Duplicate, Duplicate]);
        await RelayAsync(request);

        Ids(await ReadAllOfAsync(_project)).ShouldBe(Ids(events));
    }

    [Fact]
    public async Task Relays_LeaveOut_WhatCameAfterTheEndOfItsRun()
    {
        var events = new[] { Mine("r"), Ends("r"), Mine("r"), Mine("other") };

        Outcomes(await RelayAsync(new AppendRequest { Stream = Stream, Events = events })).ShouldBe([Stored, Stored, RunEnded, Stored]);

        Ids(await ReadAllOfAsync(_project)).ShouldBe(Ids([events[0], events[1], events[3]]));
    }

    [Fact]
    public async Task Relays_GoNowhere_WhenTheHeadIsAnother()
    {
        await AppendAsync(_envelopes.Thought());

        (await RelayAsync(new AppendRequest { Stream = Stream, Events = [Mine()], ExpectedHead = Cursor.Zero, Broadcast = true })).IsConflict.ShouldBeTrue();

        (await Bus.ReadAsync(_project, Cursor.Zero, 0, Cancel)).Head.ShouldBe(Cursor.Zero);
    }

    [Fact]
    public async Task Relays_KeepBoth_WhenTwoSessionsOfAProjectUseTheSameIds()
    {
        var other = NewStream();
        var (mine, theirs) = (Mine(eventId: "1"), new Envelopes(other.Id).Thought(eventId: "1", projectId: _project.Id));

        foreach (var (stream, envelope) in new[] { (Stream, mine), (other, theirs), (Stream, mine), (other, theirs) })
            await RelayAsync(new AppendRequest { Stream = stream, Events = [envelope] });

        (await ReadAllOfAsync(_project)).Select(entry => Envelopes.Read(entry)).Select(envelope => (envelope.SessionId, envelope.EventId))
            .ShouldBe([(Stream.Id, "1"), (other.Id, "1")]);
    }

    [Fact]
    public async Task Relays_EndNothingInTheProject_WhenRunsAndSessionsEnd()
    {
        var other = NewStream();
        await RelayAsync(new AppendRequest { Stream = Stream, Events = [Ends("r"), Of(new SessionEnded { SessionId = Stream.Id, Reason = "completed" }), Of(new SessionDeleted())] });

        var result = await RelayAsync(new AppendRequest { Stream = other, Events = [new Envelopes(other.Id).Thought(runId: "r", projectId: _project.Id)] });

        Outcomes(result).ShouldBe([Stored]);
        var page = await Bus.ReadAsync(_project, Cursor.Zero, 100, Cancel);
        Offsets(page.Entries).ShouldBe(OneTo(4));
        (page.EndedAt, page.DeletedAt).ShouldBe((null, null));
        (await Bus.FindRunEndAsync(_project, "r", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Relays_LeaveTheProjectAlone_WhenTheSessionIsDeleted()
    {
        var events = new[] { Mine(), Mine() };
        await RelayAsync(new AppendRequest { Stream = Stream, Events = events });

        await Bus.DeleteAsync(Stream, Cancel);

        Ids(await ReadAllOfAsync(_project)).ShouldBe(Ids(events));
    }

    [Fact]
    public async Task Relays_ReachEveryProject_WhenABatchHoldsAThousand()
    {
        var projects = Enumerable.Range(0, EventLimits.MaxBatchEvents).Select(number => StreamKey.Project($"{_project.Id}.{number}")).ToArray();

        var result = await RelayAsync(new AppendRequest { Stream = Stream, Events = [.. projects.Select(project => _envelopes.Thought(eventId: project.Id, projectId: project.Id))] });

        Outcomes(result).ShouldAllBe(outcome => outcome == Stored);
        var pages = await Task.WhenAll(projects.Select(project => Bus.ReadAsync(project, Cursor.Zero, 10, Cancel).AsTask()));
        pages.Select(page => Envelopes.Read(page.Entries.ShouldHaveSingleItem()).EventId).ShouldBe(projects.Select(project => project.Id));
    }

    [Fact]
    public async Task Relays_ReachBroadcastAndTheProject_OnceEach()
    {
        var events = new[] { Mine(), _envelopes.Thought() };
        var head = (await Bus.ReadAsync(StreamKey.Broadcast, Cursor.Zero, 0, Cancel)).Head;

        for (var attempt = 0; attempt < 2; attempt++) await RelayAsync(new AppendRequest { Stream = Stream, Events = events, Broadcast = true });

        // Other tests broadcast at the same time.
        Ids(await ReadAllOfAsync(StreamKey.Broadcast, head)).Where(id => events.Any(envelope => envelope.EventId == id)).ShouldBe(Ids(events));
        Ids(await ReadAllOfAsync(_project)).ShouldBe(Ids(events[..1]));
    }

    [Fact]
    public async Task Relays_BringWhatHasNoSessionToItsProject_FromBroadcast()
    {
        var forAll = _envelopes.Thought(projectId: _project.Id) with { SessionId = EventRules.ReservedSessionId };

        for (var attempt = 0; attempt < 2; attempt++) await RelayAsync(new AppendRequest { Stream = StreamKey.Broadcast, Events = [forAll], Broadcast = true });

        Ids(await ReadAllOfAsync(_project)).ShouldBe([forAll.EventId]);
    }

    private Event Mine(string? runId = null, string? eventId = null) => _envelopes.Thought(eventId: eventId, runId: runId, projectId: _project.Id);

    private Event Ends(string runId) => Of(new RunCompleted { RunId = runId });

    private Event Of(CanonicalPayload payload) => new EventFactory(TimeProvider.System).Create(Stream.Id, payload, new PublishOptions { ProjectId = _project.Id });

    private Task<AppendResult> RelayAsync(AppendRequest request) =>
        AppendRetry.AppendAsync(Bus, request, TimeSpan.FromSeconds(10), TimeProvider.System, cancellationToken: Cancel).AsTask();

    private async Task<IReadOnlyList<LogEntry>> ReadAllOfAsync(StreamKey stream, Cursor after = default)
    {
        var entries = new List<LogEntry>();
        while (true)
        {
            var page = await Bus.ReadAsync(stream, after, 1000, Cancel);
            entries.AddRange(page.Entries);
            if (page.Entries.Count == 0) return entries;
            after = page.Entries[^1].Cursor;
        }
    }
}
