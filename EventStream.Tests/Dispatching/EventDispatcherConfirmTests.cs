using System.Collections.Concurrent;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherConfirmTests
{
    private readonly ScriptedAppender _bus = new();
    private readonly ConcurrentQueue<DispatchFailure> _failures = new();

    [Fact]
    public async Task PublishAndConfirmAsync_ReturnsTheReceipt_WhenTheEventIsStored()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        var receipt = await dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(1), new PublishOptions { EventId = "mine" }, TestContext.Current.CancellationToken);
        receipt.ShouldBe(new EventReceipt("mine", new Cursor(1, 1), AppendOutcome.Stored));
    }

    [Fact]
    public async Task PublishAndConfirmAsync_ReturnsTheReceipt_WhenItsCallerCantCancel()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        var receipt = await dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(1), new PublishOptions { EventId = "mine" }, CancellationToken.None);
        receipt.ShouldBe(new EventReceipt("mine", new Cursor(1, 1), AppendOutcome.Stored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PublishAndConfirmAsync_ReturnsTheReceipt_WhenItWaitedForRoom(bool canCancel)
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 1 });
        await dispatcher.PublishAsync("s", DispatchedEvents.Payload(1), cancellationToken: TestContext.Current.CancellationToken);
        var confirmed = dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(2), new PublishOptions { EventId = "mine" }, canCancel ? TestContext.Current.CancellationToken : CancellationToken.None);
        confirmed.IsCompleted.ShouldBeFalse();
        _bus.LetGo("s");
        (await confirmed).ShouldBe(new EventReceipt("mine", new Cursor(1, 2), AppendOutcome.Stored));
    }

    [Fact]
    public async Task PublishAndConfirmAsync_Throws_WhenTheRunHasEnded()
    {
        _bus.EndedRuns.Add("over");
        await using var dispatcher = new EventDispatcher(_bus, Recording());
        var thrown = await Should.ThrowAsync<RunEndedException>(
            dispatcher.ForRun("s", "over").PublishAndConfirmAsync(DispatchedEvents.Payload(1), TestContext.Current.CancellationToken));
        thrown.RunId.ShouldBe("over");
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task PublishAndConfirmAsync_Throws_WhenTheBusNeverAnswers()
    {
        _bus.FailNext(1);
        await using var dispatcher = new EventDispatcher(_bus, Recording());
        await Should.ThrowAsync<BusUnavailableException>(dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(1), cancellationToken: TestContext.Current.CancellationToken));
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PublishAndConfirmAsync_Throws_WhenTheBusRejectsTheEvent()
    {
        _bus.Refuse = _ => new EventRejectedException("/payload", "is odd.");
        await using var dispatcher = new EventDispatcher(_bus, Recording());
        await Should.ThrowAsync<EventRejectedException>(dispatcher.ForSession("s").PublishAndConfirmAsync("thing", new { a = 1 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task PublishAndConfirmAsync_LeavesTheFailureToOnFailed_WhenItsCallerHasGone()
    {
        _bus.Hold("s");
        _bus.FailNext(1);
        await using var dispatcher = new EventDispatcher(_bus, Recording());
        using var leaving = new CancellationTokenSource();
        var confirmed = dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(1), cancellationToken: leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(confirmed);
        _bus.LetGo("s");

        await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));
        _failures.ShouldHaveSingleItem();
    }

    private DispatcherOptions Recording() => new() { RetryBudget = TimeSpan.Zero, OnFailed = _failures.Enqueue };
}
