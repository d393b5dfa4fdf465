using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    [Fact]
    public async Task PingAsync_Returns_WhenBusAnswers() => await Bus.PingAsync(Cancel);

    [Fact]
    public async Task AppendAsync_CountsOffsetsUpFromOne_WhenBatchesFollowEachOther()
    {
        var first = await AppendAsync(_envelopes.Thoughts(3));
        var second = await AppendAsync(_envelopes.Thoughts(2));

        first.Head.Epoch.ShouldBePositive();
        second.Head.ShouldBe(first.Head with { Offset = 5 });
        Outcomes(first).ShouldAllBe(outcome => outcome == AppendOutcome.Stored);
        Cursors(first).Concat(Cursors(second)).ShouldBe(OneTo(5).Select(offset => (Cursor?)new Cursor(first.Head.Epoch, offset)));
    }

    [Fact]
    public async Task AppendAsync_AnswersEventIdsInOrder_WhenBatchIsStored()
    {
        var events = _envelopes.Thoughts(3);

        var result = await AppendAsync(events);

        result.Receipts.Select(receipt => receipt.EventId).ShouldBe(Ids(events));
        result.IsConflict.ShouldBeFalse();
    }

    [Fact]
    public async Task AppendAsync_KeepsEnvelopesByteForByte_WhenTheyAreRead()
    {
        var events = new[] { _envelopes.Thought("\"quoted\" \\ ünï 😀 \u2028"), _envelopes.RunStarted("r1"), _envelopes.SessionStarted() };

        await AppendAsync(events);

        var page = await ReadAsync();
        page.Entries.Select(entry => entry.Envelope.ToArray()).ShouldBe(events.Select(EventWriter.ToUtf8));
    }

    [Fact]
    public async Task AppendAsync_StoresAll_WhenBatchIsAsLargeAsAllowed()
    {
        var events = _envelopes.Thoughts(EventLimits.MaxBatchEvents);

        var result = await AppendAsync(events);

        result.Head.Offset.ShouldBe(EventLimits.MaxBatchEvents);
        Ids(await ReadAllAsync()).ShouldBe(Ids(events));
    }

    [Fact]
    public async Task AppendAsync_KeepsLogsApart_WhenStreamsDiffer()
    {
        var project = new StreamKey(StreamKind.Project, Stream.Id);
        var thought = _envelopes.Thought();

        var session = await AppendAsync(_envelopes.Thought(), thought);
        var other = await Bus.AppendAsync(new AppendRequest { Stream = project, Events = [thought] }, Cancel);

        session.Head.Offset.ShouldBe(2);
        other.Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
        other.Head.Offset.ShouldBe(1);
        Ids((await Bus.ReadAsync(project, Cursor.Zero, 10, Cancel)).Entries).ShouldBe([thought.EventId]);
    }

    [Fact]
    public async Task AppendAsync_LeavesNoHoleAndStoresNothingTwice_When100PublishersAppendToOneSession()
    {
        const int Publishers = 100, Each = 10;
        var batches = Enumerable.Range(0, Publishers).Select(_ => _envelopes.Thoughts(Each)).ToArray();

        await Task.WhenAll(batches.Select(events => Task.Run(async () =>
        {
            foreach (var envelope in events) await AppendAsync(envelope);
        }, Cancel)));

        var entries = await ReadAllAsync();
        Offsets(entries).ShouldBe(OneTo(Publishers * Each));
        entries.Select(entry => entry.Cursor.Epoch).Distinct().ShouldHaveSingleItem();
        var stored = Ids(entries).ToList();
        foreach (var events in batches) stored.Where(Ids(events).ToHashSet().Contains).ShouldBe(Ids(events));
    }

    [Fact]
    public async Task AppendAsync_KeepsBatchesTogether_WhenManyAppendAtOnce()
    {
        var batches = Enumerable.Range(0, 30).Select(_ => _envelopes.Thoughts(20)).ToArray();

        var results = await Task.WhenAll(batches.Select(events => Task.Run(async () => await AppendAsync(events), Cancel)));

        foreach (var result in results)
            Cursors(result).ShouldBe(Enumerable.Range(0, 20).Select(i => (Cursor?)(result.Receipts[0].Cursor!.Value with { Offset = result.Receipts[0].Cursor!.Value.Offset + i })));
        Offsets(await ReadAllAsync()).ShouldBe(OneTo(600));
    }

    [Fact]
    public async Task AppendAsync_Stores_WhenExpectedHeadIsTheHead()
    {
        var first = await AppendExpectingAsync(Cursor.Zero, _envelopes.Thought());
        var second = await AppendExpectingAsync(first.Head, _envelopes.Thought());

        first.IsConflict.ShouldBeFalse();
        second.IsConflict.ShouldBeFalse();
        second.Head.ShouldBe(first.Head.Next);
    }

    [Fact]
    public async Task AppendAsync_ConflictsAndStoresNothing_WhenOthersAppendedSince()
    {
        var computedFrom = await AppendAsync(_envelopes.Thought());
        var head = (await AppendAsync(_envelopes.Thought())).Head;

        var result = await AppendExpectingAsync(computedFrom.Head, _envelopes.Thoughts(2));

        result.IsConflict.ShouldBeTrue();
        result.Receipts.ShouldBeEmpty();
        result.Head.ShouldBe(head);
        result.Listeners.ShouldBe(0);
        (await ReadAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_Conflicts_WhenHeadIsExpectedOfAnUnknownStream()
    {
        var result = await AppendExpectingAsync(new Cursor(1, 1), _envelopes.Thought());

        result.IsConflict.ShouldBeTrue();
        result.Head.ShouldBe(Cursor.Zero);
        (await ReadAsync()).Head.ShouldBe(Cursor.Zero);
    }

    [Fact]
    public async Task AppendAsync_AnswersDuplicates_WhenExpectedHeadIsOldButAllWasStored()
    {
        var events = _envelopes.Thoughts(2);
        var first = await AppendExpectingAsync(Cursor.Zero, events);

        var repeated = await AppendExpectingAsync(Cursor.Zero, events);

        repeated.IsConflict.ShouldBeFalse();
        Outcomes(repeated).ShouldAllBe(outcome => outcome == AppendOutcome.Duplicate);
        Cursors(repeated).ShouldBe(Cursors(first));
        repeated.Head.ShouldBe(first.Head);
    }

    [Fact]
    public async Task AppendAsync_Conflicts_WhenExpectedHeadIsOldAndOnlySomeWereStored()
    {
        var stored = _envelopes.Thought();
        var first = await AppendExpectingAsync(Cursor.Zero, stored);

        var result = await AppendExpectingAsync(Cursor.Zero, stored, _envelopes.Thought());

        result.IsConflict.ShouldBeTrue();
        result.Head.ShouldBe(first.Head);
        (await ReadAsync()).Head.ShouldBe(first.Head);
    }

    [Fact]
    public async Task AppendAsync_LetsOneOfAllThrough_WhenManyExpectTheSameHead()
    {
        var head = (await AppendAsync(_envelopes.Thought())).Head;

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await AppendExpectingAsync(head, _envelopes.Thought()), Cancel)));

        results.Count(result => !result.IsConflict).ShouldBe(1);
        results.ShouldAllBe(result => result.Head == head.Next);
    }
}
