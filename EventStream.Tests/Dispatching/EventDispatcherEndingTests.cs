using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>Disposing stores what it can within a bound, throws nothing, and tells what is lost.</summary>
public sealed class EventDispatcherEndingTests
{
    private readonly ScriptedAppender _bus = new();
    private readonly RecordingLogger<EventDispatcher> _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DisposeAsync_StoresWhatIsQueuedAndRefusesFurtherCalls()
    {
        var dispatcher = new EventDispatcher(_bus, logger: _log);
        await dispatcher.NumbersAsync("s", 0, 100);
        await dispatcher.DisposeAsync();
        await dispatcher.DisposeAsync();
        dispatcher.Dispose();

        _bus.StoredIn("s").Count.ShouldBe(100);
        _log.Lines.ShouldBeEmpty();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await dispatcher.NumberAsync("s", 1, Cancel));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await dispatcher.PublishAndConfirmAsync("s", "thing", new { }, cancellationToken: Cancel));
        await Should.ThrowAsync<ObjectDisposedException>(() => dispatcher.FlushAsync(Cancel));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await dispatcher.PublishFromAsync("auto", "{}", cancellationToken: Cancel));
    }

    [Fact]
    public async Task DisposeAsync_TellsWhatFailed_AndThrowsNothing()
    {
        _bus.FailNext(1);
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero }, logger: _log);
        await dispatcher.NumberAsync("s", 1, Cancel);
        await dispatcher.DisposeAsync();
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Error EventsGivenUp"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposeAsync_GivesTheRestUp_WhenTheBusHangs(bool appenderHeedsCancellation)
    {
        _bus.HeedsCancellation = appenderHeedsCancellation;
        _bus.Hold("s");
        var time = new SteppedTime();
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 10 }, time, _log);
        await dispatcher.NumbersAsync("s", 0, 9);
        var confirmed = dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(9), cancellationToken: Cancel);
        var waiting = dispatcher.NumberAsync("s", 10, Cancel).AsTask();

        var disposed = dispatcher.DisposeAsync().AsTask();
        (await time.AdvanceToNextTimerAsync(Cancel)).ShouldBe(TimeSpan.FromSeconds(10));

        await disposed.WaitAsync(Timeouts.Default, Cancel);
        Told().ShouldBe(["Events given up since the last such line: 10, the latest of session s. The dispatcher was disposed before all streams of the event were known to hold it."]);
        await Should.ThrowAsync<BusUnavailableException>(confirmed);
        await waiting.WaitAsync(Timeouts.Default, Cancel);
    }

    [Fact]
    public async Task DisposeAsync_TellsAllInOneLine_WhenSeveralSessionsWaitForABusThatIsAway()
    {
        _bus.Refuse = _ => new BusUnavailableException("Nobody listens there.");
        var time = new SteppedTime();
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { DisposeTimeout = TimeSpan.Zero }, time, _log);
        for (var i = 0; i < 5; i++) await dispatcher.NumbersAsync($"s{i}", 0, 3);
        await Eventually.TrueAsync(() => _bus.Requests.Count >= 5, Cancel);

        await dispatcher.DisposeAsync();

        Told().ShouldHaveSingleItem().ShouldMatch("^Events given up since the last such line: 15, the latest of session s[0-4]\\. The dispatcher was disposed while the bus didn't answer\\. Nobody listens there\\.$");
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Error EventsGivenUp"]);
    }

    [Fact]
    public async Task DisposeAsync_NamesNoOutageThatIsOver_WhenTheBusHangs()
    {
        _bus.FailNext(1);
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { DisposeTimeout = TimeSpan.Zero }, logger: _log);
        await dispatcher.NumberAsync("s", 0, Cancel);
        await dispatcher.FlushAsync(Cancel);
        _bus.Hold("s");
        await dispatcher.NumberAsync("s", 1, Cancel);
        await dispatcher.DisposeAsync();
        Told().ShouldHaveSingleItem().ShouldEndWith("The dispatcher was disposed before all streams of the event were known to hold it.");
    }

    [Fact]
    public async Task DisposeAsync_Returns_WhenACallbackBlocks()
    {
        using var release = new ManualResetEventSlim();
        var time = new SteppedTime();
        _bus.FailNext(1);
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero, OnFailed = _ => release.Wait(Cancel) }, time, _log);
        await dispatcher.NumbersAsync("s", 0, 1);
        await Eventually.TrueAsync(() => _log.Lines.Count == 1, Cancel);
        await dispatcher.NumbersAsync("s", 1, 2);

        var disposed = dispatcher.DisposeAsync().AsTask();
        (await time.AdvanceToNextTimerAsync(Cancel)).ShouldBe(TimeSpan.FromSeconds(10));
        (await time.AdvanceToNextTimerAsync(Cancel)).ShouldBe(TimeSpan.FromSeconds(2));
        await disposed.WaitAsync(Timeouts.Default, Cancel);
        release.Set();

        _log.Entries.Single(entry => entry.Id.Name == "EventsLeft").Text.ShouldStartWith("The dispatcher was disposed with 3 events not known to be stored");
    }

    [Fact]
    public async Task DisposeAsync_TellsOfDroppedDeltas_WhenNoRoomCameBefore()
    {
        _bus.Hold("s");
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 1, DisposeTimeout = TimeSpan.Zero, WhenFull = WhenFull.DropDeltas, OnFailed = _ => { } }, logger: _log);
        await dispatcher.NumberAsync("s", 0, Cancel);
        for (var i = 0; i < 3; i++) await dispatcher.AgentMessageDeltaAsync("s", "m", "lost", cancellationToken: Cancel);
        await dispatcher.DisposeAsync();
        _log.Entries.Single(entry => entry.Id.Name == "DeltasTakenAgain").Text.ShouldEndWith("while the dispatcher was full, 3 were.");
    }

    [Fact]
    public async Task Dispose_StoresWhatIsQueued_WhereAContextRunsNothing()
    {
        _bus.Before = () => Task.Delay(1, Cancel);
        await Task.Factory.StartNew(() =>
        {
            // As a user interface that waits in its one thread.
            SynchronizationContext.SetSynchronizationContext(new DeafContext());
            using var dispatcher = new EventDispatcher(_bus, logger: _log);
            for (var i = 0; i < 10; i++) dispatcher.NumberAsync("s", i, Cancel).AsTask().Wait(Cancel);
        }, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Timeouts.Default, Cancel);
        _bus.StoredIn("s").Count.ShouldBe(10);
    }

    [Fact]
    public async Task EndWithProcessAsync_AcceptsFurtherEvents_SoThatNoTimerCrashesTheEnd()
    {
        await using var dispatcher = new EventDispatcher(_bus, logger: _log);
        await dispatcher.EndWithProcessAsync("The process ends");
        await dispatcher.NumberAsync("s", 1, Cancel);
        await dispatcher.FlushAsync(Cancel);
        _bus.StoredIn("s").Numbers().ShouldBe([1]);
    }

    private IEnumerable<string> Told() => _log.Entries.Where(entry => entry.Id.Name == "EventsGivenUp").Select(entry => entry.Text);

    private sealed class DeafContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
