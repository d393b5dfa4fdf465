using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

/// <summary>Which further streams a batch goes to, once its own has answered.</summary>
public sealed class RelaysTests
{
    private static readonly StreamKey Session = StreamKey.Session("s");
    private static readonly StreamKey Project = new(StreamKind.Project, "p1");

    private readonly Envelopes _events = new("s");

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Of_NamesTheProjectAndBroadcast_AsAsked(bool hasProject, bool isBroadcast)
    {
        Event[] events = [_events.Thought(projectId: hasProject ? "p1" : null), _events.Thought()];
        var relays = Of(new AppendRequest { Stream = Session, Events = events, Broadcast = isBroadcast });
        relays.Select(relay => relay.Stream).ShouldBe([.. hasProject ? new[] { Project } : [], .. isBroadcast ? new[] { StreamKey.Broadcast } : []]);
        foreach (var relay in relays) relay.Events.ShouldBe(relay.Stream == Project ? events[..1] : events);
    }

    [Fact]
    public void Of_TakesDuplicatesAlong_AndLeavesOutWhatCameAfterItsRun()
    {
        var events = _events.Thoughts(3);
        var relay = Of(new AppendRequest { Stream = Session, Events = events, Broadcast = true }, AppendOutcome.Stored, AppendOutcome.RunEnded, AppendOutcome.Duplicate).ShouldHaveSingleItem();
        relay.Events.ShouldBe([events[0], events[2]]);
        Of(new AppendRequest { Stream = Session, Events = events[..1], Broadcast = true }, AppendOutcome.RunEnded).ShouldBeEmpty();
    }

    [Fact]
    public void Of_RelaysNothing_WhenNothingWasStored_OrFromWhereOthersAreRelayedTo()
    {
        var request = new AppendRequest { Stream = Session, Events = [_events.Thought(projectId: "p1")], Broadcast = true };
        Relays.Of(request, new AppendResult { Receipts = [], Head = default, IsConflict = true }).ShouldBeEmpty();
        Of(request with { Stream = Project }).ShouldBeEmpty();
        Of(request with { Stream = StreamKey.Broadcast }).ShouldNotContain(relay => relay.Stream == StreamKey.Broadcast);
    }

    [Theory]
    [InlineData(1, "'project:p0'")]
    [InlineData(5, "'project:p0', 'project:p1', 'project:p2', 'project:p3', 'project:p4'")]
    [InlineData(7, "'project:p0', 'project:p1', 'project:p2', 'project:p3', 'project:p4' and 2 more")]
    public void Names_ShowsFiveAtMost(int count, string names) =>
        Relays.Names([.. Enumerable.Range(0, count).Select(i => new StreamKey(StreamKind.Project, $"p{i}"))]).ShouldBe(names);

    private static IReadOnlyList<AppendRequest> Of(AppendRequest request, params AppendOutcome[] outcomes) => Relays.Of(request, new AppendResult
    {
        Receipts = [.. request.Events.Select((one, i) => new EventReceipt(one.EventId, null, outcomes.ElementAtOrDefault(i)))],
        Head = default,
    });
}
