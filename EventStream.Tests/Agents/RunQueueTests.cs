using EventStream.Agents;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

public sealed class RunQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeAsync_GivesEachSessionItsTurn_AndItsRunsInOrder()
    {
        using var queue = new RunQueue();
        foreach (var run in (string[])["a1", "a2", "a3", "b1", "c1", "b2"]) queue.Add(Request(run[..1], run));

        var taken = new List<string>();
        for (var i = 0; i < 6; i++) taken.Add((await queue.TakeAsync(Cancel)).RunId);

        taken.ShouldBe(["a1", "b1", "c1", "a2", "b2", "a3"]);
    }

    [Fact]
    public async Task Add_TakesARunOnce_WhileItWaits()
    {
        using var queue = new RunQueue();
        queue.Add(Request("s", "r1"));
        queue.Add(Request("s", "r1"));
        queue.Add(Request("t", "r1"));

        (await queue.TakeAsync(Cancel)).SessionId.ShouldBe("s");
        (await queue.TakeAsync(Cancel)).SessionId.ShouldBe("t");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var none = queue.TakeAsync(leaving.Token);
        none.IsCompleted.ShouldBeFalse();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => none);
    }

    [Fact]
    public async Task Interrupt_MarksTheRunThatWaits_AndNoOther()
    {
        using var queue = new RunQueue();
        queue.Add(Request("s", "r1"));
        queue.Add(Request("s", "r2"));

        queue.Interrupt("s", "r2");
        queue.Interrupt("s", "unknown");

        (await queue.TakeAsync(Cancel)).IsInterrupted.ShouldBeFalse();
        (await queue.TakeAsync(Cancel)).IsInterrupted.ShouldBeTrue();
    }

    [Fact]
    public async Task Add_DropsTheOldestOfTheBusiestSession_WhenTooManyWait()
    {
        using var queue = new RunQueue();
        queue.Add(Request("quiet", "q1"));
        for (var i = 0; i < RunQueue.MaxWaiting; i++) queue.Add(Request("busy", $"b{i}"));

        (await queue.TakeAsync(Cancel)).RunId.ShouldBe("q1");
        (await queue.TakeAsync(Cancel)).RunId.ShouldBe("b1");
    }

    private static RunRequest Request(string session, string run) => new("agent", session, run, ProjectId: null, Input: null);
}
