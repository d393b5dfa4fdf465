using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    private const AppendOutcome Stored = AppendOutcome.Stored;
    private const AppendOutcome Duplicate = AppendOutcome.Duplicate;
    private const AppendOutcome RunEnded = AppendOutcome.RunEnded;

    [Fact]
    public async Task AppendAsync_AnswersFirstCursor_WhenBatchIsRepeated()
    {
        var events = _envelopes.Thoughts(3);
        var first = await AppendAsync(events);
        var head = (await AppendAsync(_envelopes.Thought())).Head;

        var repeated = await AppendAsync(events);

        Outcomes(repeated).ShouldBe([Duplicate, Duplicate, Duplicate]);
        Cursors(repeated).ShouldBe(Cursors(first));
        repeated.Head.ShouldBe(head);
        repeated.Listeners.ShouldBe(0);
        (await ReadAsync()).Count.ShouldBe(4);
    }

    [Fact]
    public async Task AppendAsync_StoresOnce_WhenIdStandsInBatchTwice()
    {
        var result = await AppendAsync(_envelopes.Thought(eventId: "a"), _envelopes.Thought(eventId: "b"), _envelopes.Thought(eventId: "a"));

        Outcomes(result).ShouldBe([Stored, Stored, Duplicate]);
        result.Receipts[2].Cursor.ShouldBe(result.Receipts[0].Cursor);
        result.Head.Offset.ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_StoresTheRest_WhenSomeOfBatchWereStored()
    {
        var known = _envelopes.Thought(eventId: "known");
        var first = await AppendAsync(known);

        var result = await AppendAsync(_envelopes.Thought(), known, _envelopes.Thought());

        Outcomes(result).ShouldBe([Stored, Duplicate, Stored]);
        Cursors(result).ShouldBe([first.Head.Next, first.Head, first.Head.Next.Next]);
    }

    [Fact]
    public async Task AppendAsync_KeepsFirstEnvelope_WhenIdComesAgainWithOtherContent()
    {
        await AppendAsync(_envelopes.Thought("first", "a"));
        await AppendAsync(_envelopes.Thought("second", "a"));

        Envelopes.Read((await ReadAsync()).Entries.ShouldHaveSingleItem()).Payload.ToString().ShouldContain("first");
    }

    [Fact]
    public async Task AppendAsync_StoresOnce_WhenManyAppendTheSameEventAtOnce()
    {
        var thought = _envelopes.Thought();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await AppendAsync(thought), Cancel)));

        results.SelectMany(Outcomes).Count(outcome => outcome == Stored).ShouldBe(1);
        results.SelectMany(Cursors).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AppendAsync_RecognisesOnlyTheLastEvents_WhenMoreWereAppended()
    {
        var bus = await BusWithAsync(new LogOptions { DedupeEvents = 2 });
        var events = _envelopes.Thoughts(3);
        await AppendAsync(bus, events);

        Outcomes(await AppendAsync(bus, events[1], events[2])).ShouldBe([Duplicate, Duplicate]);
        Outcomes(await AppendAsync(bus, events[0])).ShouldBe([Stored]);
    }

    [Fact]
    public async Task AppendAsync_AnswersFirstCursors_WhenProducerRepeatsItsBatch()
    {
        var events = _envelopes.Thoughts(3);
        var first = await AppendFromAsync("p1", 1, events);

        var repeated = await AppendFromAsync("p1", 1, events);

        Outcomes(first).ShouldBe([Stored, Stored, Stored]);
        Outcomes(repeated).ShouldBe([Duplicate, Duplicate, Duplicate]);
        Cursors(repeated).ShouldBe(Cursors(first));
        (await ReadAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task AppendAsync_GoesOn_WhenProducerSendsTheNextBatchAfterARepeat()
    {
        var first = _envelopes.Thoughts(2);
        var second = _envelopes.Thoughts(2);
        await AppendFromAsync("p1", 1, first);
        await AppendFromAsync("p1", 1, first);

        var result = await AppendFromAsync("p1", 3, second);
        var repeated = await AppendFromAsync("p1", 3, second);

        Outcomes(result).ShouldBe([Stored, Stored]);
        Cursors(repeated).ShouldBe(Cursors(result));
        Ids(await ReadAllAsync()).ShouldBe(Ids([.. first, .. second]));
    }

    [Fact]
    public async Task AppendAsync_AnswersFirstCursors_WhenProducerRepeatsAfterOthersAppended()
    {
        await AppendFromAsync("p2", 1, _envelopes.Thoughts(2));
        var events = _envelopes.Thoughts(3);
        var first = await AppendFromAsync("p1", 1, events);
        await AppendFromAsync("p2", 3, _envelopes.Thoughts(4));
        await AppendAsync(_envelopes.Thought());

        var repeated = await AppendFromAsync("p1", 1, events);

        Outcomes(repeated).ShouldBe([Duplicate, Duplicate, Duplicate]);
        Cursors(repeated).ShouldBe(Cursors(first));
        repeated.Head.Offset.ShouldBe(10);
    }

    [Fact]
    public async Task AppendAsync_AnswersTheSameCursors_WhenProducerRepeatsABatchWithEventsOfAnEndedRun()
    {
        await AppendAsync(_envelopes.RunCompleted("old"));
        var events = new[] { _envelopes.Thought(), _envelopes.Thought(runId: "old"), _envelopes.RunCompleted("new"), _envelopes.Thought(runId: "new"), _envelopes.Thought() };
        var first = await AppendFromAsync("p1", 1, events);
        await AppendFromAsync("p2", 1, _envelopes.Thought());

        var repeated = await AppendFromAsync("p1", 1, events);

        Outcomes(first).ShouldBe([Stored, RunEnded, Stored, RunEnded, Stored]);
        Outcomes(repeated).ShouldBe([Duplicate, RunEnded, Duplicate, RunEnded, Duplicate]);
        Cursors(repeated).ShouldBe(Cursors(first));
        repeated.Head.Offset.ShouldBe(5);
    }

    [Fact]
    public async Task AppendAsync_AnswersDuplicate_WhenTheRunEndedBetweenABatchAndItsRepeat()
    {
        var thought = _envelopes.Thought(runId: "r1");
        var first = await AppendFromAsync("p1", 1, thought);
        await AppendFromAsync("p2", 1, _envelopes.RunCancelled("r1"));

        var repeated = await AppendFromAsync("p1", 1, thought);

        Outcomes(repeated).ShouldBe([Duplicate]);
        Cursors(repeated).ShouldBe(Cursors(first));
    }

    [Fact]
    public async Task AppendAsync_AnswersTheSameCursors_WhenAMixedBatchWithoutProducerIsRepeated()
    {
        await AppendAsync(_envelopes.RunFailed("old"));
        var known = _envelopes.Thought();
        await AppendAsync(known);
        var events = new[] { known, _envelopes.Thought(runId: "old"), _envelopes.RunCompleted("new"), _envelopes.Thought(runId: "new"), _envelopes.Thought() };
        var first = await AppendAsync(events);

        var repeated = await AppendAsync(events);

        Outcomes(first).ShouldBe([Duplicate, RunEnded, Stored, RunEnded, Stored]);
        Outcomes(repeated).ShouldBe([Duplicate, RunEnded, Duplicate, RunEnded, Duplicate]);
        Cursors(repeated).ShouldBe(Cursors(first));
    }

    [Fact]
    public async Task AppendAsync_StoresAll_WhenMoreProducersComeThanAreRemembered()
    {
        for (var producer = 0; producer < 3 * BusLimits.MaxProducers; producer++)
        {
            var events = _envelopes.Thoughts(1);
            Outcomes(await AppendFromAsync($"p{producer}", 1, events)).ShouldBe([Stored]);
            Outcomes(await AppendFromAsync($"p{producer}", 1, events)).ShouldBe([Duplicate]);
        }
        Offsets(await ReadAllAsync()).ShouldBe(OneTo(3 * BusLimits.MaxProducers));
    }
}
