using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    [Theory]
    [InlineData("run_completed")]
    [InlineData("run_failed")]
    [InlineData("run_cancelled")]
    public async Task AppendAsync_AnswersRunEnded_WhenRunHadItsTerminalEvent(string terminalType)
    {
        var end = await AppendAsync(Terminal(terminalType, "r1"));

        var result = await AppendAsync(_envelopes.Thought(runId: "r1"), _envelopes.Thought(runId: "r2"), _envelopes.Thought());

        Outcomes(result).ShouldBe([RunEnded, Stored, Stored]);
        Cursors(result).ShouldBe([null, end.Head.Next, end.Head.Next.Next]);
    }

    [Fact]
    public async Task AppendAsync_AnswersRunEnded_WhenRunEndedEarlierInTheBatch()
    {
        var result = await AppendAsync(_envelopes.RunStarted("r1"), _envelopes.RunCompleted("r1"), _envelopes.Thought(runId: "r1"), _envelopes.Thought());

        Outcomes(result).ShouldBe([Stored, Stored, RunEnded, Stored]);
        result.Head.Offset.ShouldBe(3);
    }

    [Fact]
    public async Task AppendAsync_AnswersRunEnded_WhenASecondTerminalEventComes()
    {
        await AppendAsync(_envelopes.RunCompleted("r1"));

        var result = await AppendAsync(_envelopes.RunFailed("r1"));

        result.Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(RunEnded);
        result.Receipts[0].Cursor.ShouldBeNull();
        result.Head.Offset.ShouldBe(1);
        result.Listeners.ShouldBe(0);
    }

    [Fact]
    public async Task AppendAsync_AnswersDuplicate_WhenTheTerminalEventIsRepeated()
    {
        var terminal = _envelopes.RunCompleted("r1");
        var first = await AppendAsync(terminal);

        var repeated = await AppendAsync(terminal);

        repeated.Receipts.ShouldBe([new EventReceipt(terminal.EventId, first.Head, Duplicate)]);
    }

    [Fact]
    public async Task AppendAsync_StoresOneEnd_WhenManyEndTheRunAtOnce()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await AppendAsync(_envelopes.RunCompleted("r1")), Cancel)));

        results.SelectMany(Outcomes).Count(outcome => outcome == Stored).ShouldBe(1);
        (await ReadAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_ForgetsTheOldestEndedRun_WhenMoreEndedThanAreRemembered()
    {
        var bus = await BusWithAsync(new LogOptions { MaxEndedRuns = 2 });
        await AppendAsync(bus, _envelopes.RunCompleted("r1"), _envelopes.RunCompleted("r2"), _envelopes.RunCompleted("r3"));

        var result = await AppendAsync(bus, _envelopes.Thought(runId: "r1"), _envelopes.Thought(runId: "r2"), _envelopes.Thought(runId: "r3"));

        Outcomes(result).ShouldBe([Stored, RunEnded, RunEnded]);
        (await bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBeNull();
        (await bus.FindRunEndAsync(Stream, "r2", Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task FindRunEndAsync_AnswersTheTerminalEvent_WhenRunHasEnded()
    {
        await AppendAsync(_envelopes.RunStarted("r1"), _envelopes.RunStarted("r2"));
        var end = await AppendAsync(_envelopes.RunCancelled("r1"));
        await AppendAsync(_envelopes.Thought());

        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBe(end.Head);
    }

    [Fact]
    public async Task FindRunEndAsync_AnswersNull_WhenRunGoesOnOrIsUnknown()
    {
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBeNull();

        await AppendAsync(_envelopes.RunStarted("r1"), _envelopes.RunCompleted("r2"));

        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBeNull();
        (await Bus.FindRunEndAsync(Stream, "nobody", Cancel)).ShouldBeNull();
        (await Bus.FindRunEndAsync(NewStream(), "r2", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task FindRunEndAsync_AnswersTheEnd_WhenTheTerminalEventWasTrimmed()
    {
        var bus = await BusWithAsync(new LogOptions { MaxEvents = 1 });
        var end = await AppendAsync(bus, _envelopes.RunCompleted("r1"));
        await AppendAsync(bus, _envelopes.Thoughts(3));

        (await bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBe(end.Head);
    }

    private Event Terminal(string type, string runId) => type switch
    {
        "run_completed" => _envelopes.RunCompleted(runId),
        "run_failed" => _envelopes.RunFailed(runId),
        _ => _envelopes.RunCancelled(runId),
    };
}
