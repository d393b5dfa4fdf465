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
    public async Task Add_DropsTheOldestOfTheBusiestSession_WhenTooManyWait()
    {
        using var queue = new RunQueue();
        queue.Add(Request("quiet", "q1"));
        for (var i = 0; i < RunQueue.MaxWaiting - 1; i++) queue.Add(Request("busy", $"b{i}")).ShouldBeNull();

        queue.Add(Request("quiet", "q2"))!.RunId.ShouldBe("b0");

        (await queue.TakeAsync(Cancel)).RunId.ShouldBe("q1");
        (await queue.TakeAsync(Cancel)).RunId.ShouldBe("b1");
    }

    [Fact]
    public async Task TakeAsync_LeavesASessionWaiting_WhileItsRunsGoOn()
    {
        using var queue = new RunQueue(maxOfSession: 1);
        foreach (var run in (string[])["a1", "a2", "b1"]) queue.Add(Request(run[..1], run));
        var first = await queue.TakeAsync(Cancel);
        (first.RunId, (await queue.TakeAsync(Cancel)).RunId).ShouldBe(("a1", "b1"));

        var next = queue.TakeAsync(Cancel);
        var later = queue.TakeAsync(Cancel);
        queue.Add(Request("a", "a3"));
        queue.Add(Request("c", "c1"));
        (await await Task.WhenAny(next, later)).RunId.ShouldBe("c1");

        queue.End(first);
        (await Task.WhenAll(next, later)).Select(taken => taken.RunId).Order(StringComparer.Ordinal).ShouldBe(["a2", "c1"]);
    }

    [Fact]
    public async Task Add_WakesAWorker_WhenItDropsTheRunOfASessionThatMustWait()
    {
        using var queue = new RunQueue(maxOfSession: 1);
        queue.Add(Request("busy", "b0"));
        await queue.TakeAsync(Cancel);
        for (var i = 1; i <= RunQueue.MaxWaiting; i++) queue.Add(Request("busy", $"b{i}"));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var none = queue.TakeAsync(leaving.Token);
        queue.Add(Request("quiet", "q1"));

        (await none).RunId.ShouldBe("q1");
    }

    private static RunRequest Request(string session, string run) => new("agent", session, run, ProjectId: null, Input: null);
}
