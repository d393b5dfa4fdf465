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

    private static RunRequest Request(string session, string run) => new("agent", session, run, ProjectId: null, Input: null);
}
