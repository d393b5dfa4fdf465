using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

/// <summary>What happens between the append to an event's own stream and the appends to its project and to broadcast.</summary>
public sealed class RelayRetryTests
{
    private static readonly StreamKey Session = StreamKey.Session("s");
    private static readonly StreamKey Project = StreamKey.Project("p");

    private readonly TestBus _bus = new();
    private readonly SteppedTime _time = new();
    private readonly List<StreamKey> _asked = [];
    private readonly Event[] _events = new Envelopes("s").Thoughts(2, projectId: "p");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_AsksTheSessionOnce_WhenItsProjectAnswersLater()
    {
        FailFor(Project, times: 3);
        var appended = Append(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 3; i++) await _time.AdvanceToNextTimerAsync(Cancel);
        await appended;
        _asked.ShouldBe([Session, Project, Project, Project, Project]);
        (await IdsAsync(Project)).ShouldBe(_events.Select(envelope => envelope.EventId));
    }

    [Fact]
    public async Task AppendAsync_IsNotAcknowledged_BeforeAllHoldTheEvents()
    {
        var hold = new TaskCompletionSource();
        _bus.BeforeAppend = request => request.Stream == StreamKey.Broadcast ? hold.Task : Task.CompletedTask;
        var appended = Append(TimeSpan.FromMinutes(1), broadcast: true);
        await Eventually.TrueAsync(async () => (await IdsAsync(Project)).Count == 2, Cancel);
        appended.IsCompleted.ShouldBeFalse();
        hold.SetResult();
        await appended;
        (await IdsAsync(StreamKey.Broadcast)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_SpendsOneBudget_OnTheSessionAndItsProject()
    {
        var seconds = TimeSpan.FromSeconds(5);
        var failed = 0;
        _bus.BeforeAppend = request => request.Stream == Session && failed++ >= 8 ? Task.CompletedTask : throw new BusUnavailableException("Away.");
        var appended = Append(seconds);
        var waited = TimeSpan.Zero;
        while (waited < seconds) waited += await _time.AdvanceToNextTimerAsync(Cancel);
        waited.ShouldBe(seconds);
        (await Should.ThrowAsync<BusUnavailableException>(appended)).Lacking.ShouldBe([Project]);
        (await IdsAsync(Session)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_NamesWhatHoldsTheEvents_AndOnlyWhatMayLackThem()
    {
        _bus.BeforeAppend = request => request.Stream == Project ? throw new BusUnavailableException("Full.") { IsOutOfMemory = true } : Task.CompletedTask;
        var failure = await Should.ThrowAsync<BusUnavailableException>(Append(TimeSpan.Zero, broadcast: true));
        failure.Message.ShouldBe("Full. 'session:s' holds the events; 'project:p' may lack them until they are published again under the same ids.");
        failure.IsOutOfMemory.ShouldBeTrue();
        (await IdsAsync(StreamKey.Broadcast)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_NamesSomeOfManyProjects_WhenAllFail()
    {
        _bus.BeforeAppend = request => request.Stream.Kind == StreamKind.Project ? throw new BusUnavailableException("Away.") : Task.CompletedTask;
        var events = Enumerable.Range(1, 8).Select(number => new Envelopes("s").Thought(projectId: $"p{number}")).ToArray();
        var request = new AppendRequest { Stream = Session, Events = events };
        var failure = await Should.ThrowAsync<BusUnavailableException>(AppendRetry.AppendAsync(_bus, request, TimeSpan.Zero, _time, cancellationToken: Cancel).AsTask());
        failure.Message.ShouldContain("'project:p1', 'project:p2', 'project:p3', 'project:p4', 'project:p5' and 3 more may lack them");
        failure.Lacking.Count.ShouldBe(8);
    }

    [Fact]
    public async Task AppendAsync_LeavesTheEventsInTheSessionAlone_WhenThePublisherDiesInBetween()
    {
        _bus.AfterAppend = request => request.Stream == Session ? throw new InvalidOperationException("The process is killed.") : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(Append(TimeSpan.FromMinutes(1)));
        (await IdsAsync(Session)).Count.ShouldBe(2);
        (await IdsAsync(Project)).ShouldBeEmpty();

        _bus.AfterAppend = _ => Task.CompletedTask;
        (await Append(TimeSpan.FromMinutes(1))).Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.Duplicate);

        (await IdsAsync(Session)).Count.ShouldBe(2);
        (await IdsAsync(Project)).ShouldBe(_events.Select(envelope => envelope.EventId));
    }

    [Fact]
    public async Task AppendAsync_RepeatsInTheProject_WhatFellOutOfItsDedupeWindowOnly()
    {
        // A documented limit: each log recognises only its own last events.
        var bus = new TestBus(new() { DedupeEvents = 2 });
        await AppendAsync("s", new Envelopes("s").Thought(eventId: "mine", projectId: "p"));
        await AppendAsync("other", new Envelopes("other").Thoughts(2, projectId: "p"));
        await AppendAsync("s", new Envelopes("s").Thought(eventId: "mine", projectId: "p"));
        (await bus.ReadAsync(Session, Cursor.Zero, 9, Cancel)).Count.ShouldBe(1);
        (await bus.ReadAsync(Project, Cursor.Zero, 9, Cancel)).Count.ShouldBe(4);

        async Task AppendAsync(string session, params Event[] events) =>
            await AppendRetry.AppendAsync(bus, new AppendRequest { Stream = StreamKey.Session(session), Events = events }, TimeSpan.Zero, _time, cancellationToken: Cancel);
    }

    private Task<AppendResult> Append(TimeSpan budget, bool broadcast = false) =>
        AppendRetry.AppendAsync(_bus, new AppendRequest { Stream = Session, Events = _events, Broadcast = broadcast }, budget, _time, cancellationToken: Cancel).AsTask();

    private void FailFor(StreamKey stream, int times) => _bus.BeforeAppend = request =>
    {
        _asked.Add(request.Stream);
        return request.Stream == stream && times-- > 0 ? throw new BusUnavailableException("Away.") : Task.CompletedTask;
    };

    private async Task<IReadOnlyList<string>> IdsAsync(StreamKey stream) =>
        [.. (await _bus.ReadAsync(stream, Cursor.Zero, 100, Cancel)).Entries.Select(entry => Envelopes.Read(entry).EventId)];
}
