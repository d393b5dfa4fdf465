using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Tests.Support;
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
    public async Task DisposeAsync_StoresWhatIsQueuedAndRefusesFurtherCalls()
    {
        var dispatcher = new EventDispatcher(_bus);
        await dispatcher.NumbersAsync("s", 0, 100);
        await dispatcher.DisposeAsync();
        await dispatcher.DisposeAsync();

        _bus.StoredIn("s").Count.ShouldBe(100);
        await Should.ThrowAsync<ObjectDisposedException>(async () => await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await dispatcher.PublishAndConfirmAsync("s", "thing", new { }, cancellationToken: TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ObjectDisposedException>(() => dispatcher.FlushAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DisposeAsync_ThrowsWhatFailed_WhenNoFlushCameBefore()
    {
        _bus.FailNext(1);
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero });
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<DispatchFailedException>(async () => await dispatcher.DisposeAsync())).FailedEvents.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposeAsync_GivesTheRestUp_WhenTheBusHangs(bool appenderHeedsCancellation)
    {
        _bus.HeedsCancellation = appenderHeedsCancellation;
        _bus.Hold("s");
        var time = new SteppedTime();
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 10 }, time);
        await dispatcher.NumbersAsync("s", 0, 9);
        var confirmed = dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(9), cancellationToken: TestContext.Current.CancellationToken);
        var waiting = dispatcher.NumberAsync("s", 10, TestContext.Current.CancellationToken).AsTask();

        var disposed = dispatcher.DisposeAsync().AsTask();
        (await time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken)).ShouldBe(TimeSpan.FromSeconds(10));

        (await Should.ThrowAsync<DispatchFailedException>(disposed.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken))).FailedEvents.ShouldBe(10);
        await Should.ThrowAsync<BusUnavailableException>(confirmed);
        await waiting.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
    }
}
