using EventStream.Dispatching;
using EventStream.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherFlushTests
{
    private readonly ScriptedAppender _bus = new();

    [Fact]
    public async Task FlushAsync_ReturnsWhenWhatWasBeforeIsStored_ThoughMoreComesAfter()
    {
        _bus.Hold("late");
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.NumberAsync("early", 1, TestContext.Current.CancellationToken);
        var flushed = dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        await dispatcher.NumberAsync("late", 2, TestContext.Current.CancellationToken);

        await flushed.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        var second = dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        second.IsCompleted.ShouldBeFalse();
        _bus.LetGo("late");
        await second;
    }

    [Fact]
    public async Task FlushAsync_WaitsForAllBefore_WhenAnEarlierFlushIsUnderWay()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        var flushes = Enumerable.Range(0, 5).Select(_ => dispatcher.FlushAsync(TestContext.Current.CancellationToken)).ToArray();
        flushes.ShouldAllBe(flush => !flush.IsCompleted);
        _bus.LetGo("s");
        await Task.WhenAll(flushes).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task FlushAsync_ReturnsAtOnce_WhenNothingWasPublished()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        dispatcher.FlushAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task FlushAsync_EndsItsWait_WhenCancelled()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var flushed = dispatcher.FlushAsync(leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(flushed);
        _bus.LetGo("s");
    }

    [Fact]
    public async Task FlushAsync_LeavesFailuresToTheNextFlush_WhenItIsCancelledBefore()
    {
        _bus.FailNext(1);
        _bus.Hold("late");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero }, logger: NullLogger<EventDispatcher>.Instance);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => dispatcher.LaneCount == 0, TestContext.Current.CancellationToken);
        await dispatcher.NumberAsync("late", 2, TestContext.Current.CancellationToken);

        await Should.ThrowAsync<OperationCanceledException>(dispatcher.FlushAsync(new CancellationToken(canceled: true)));
        _bus.LetGo("late");
        (await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken))).FailedEvents.ShouldBe(1);
    }
}
