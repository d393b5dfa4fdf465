using EventStream.Dispatching;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherCapacityTests
{
    private readonly ScriptedAppender _bus = new();
    private readonly RecordingLogger<EventDispatcher> _log = new();

    [Fact]
    public async Task PublishAsync_Waits_WhileTheDispatcherIsFull()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 2 });
        await dispatcher.NumbersAsync("s", 0, 2);

        var waiting = dispatcher.NumberAsync("s", 2, TestContext.Current.CancellationToken).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        _bus.LetGo("s");

        await waiting.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _bus.StoredIn("s").Numbers().ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task PublishAsync_Waits_WhileTheBytesAreTooMany()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { CapacityBytes = 256 * 1024 });
        var text = new string('x', 200_000);
        await dispatcher.AgentMessageDeltaAsync("s", "m", text, cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.AgentMessageDeltaAsync("s", "m", text, cancellationToken: TestContext.Current.CancellationToken);

        var waiting = dispatcher.AgentMessageDeltaAsync("s", "m", "x", cancellationToken: TestContext.Current.CancellationToken).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        _bus.LetGo("s");
        await waiting.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PublishAsync_GivesItsPlaceUp_WhenTheWaitIsCancelled()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 1 });
        await dispatcher.NumberAsync("s", 0, TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var cancelled = dispatcher.NumberAsync("s", 1, leaving.Token).AsTask();
        var staying = dispatcher.NumberAsync("s", 2, TestContext.Current.CancellationToken).AsTask();

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        _bus.LetGo("s");
        await staying.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn("s").Numbers().ShouldBe([0, 2]);
    }

    [Fact]
    public async Task PublishAsync_QueuesNothing_WhenItIsCancelledBefore()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        await Should.ThrowAsync<OperationCanceledException>(dispatcher.NumberAsync("s", 0, new CancellationToken(canceled: true)).AsTask());
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _bus.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task PublishAsync_DropsAndCountsDeltasOnly_WhenFullAndToldSo()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 2, WhenFull = WhenFull.DropDeltas }, logger: _log);
        await dispatcher.NumbersAsync("s", 0, 2);

        await dispatcher.AgentMessageDeltaAsync("s", "m", "lost", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.ToolCallDeltaAsync("s", "t", "lost", TestContext.Current.CancellationToken);
        await dispatcher.AgentThoughtAsync("s", "a", "lost", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.AgentThoughtDeltaAsync("s", "lost", cancellationToken: TestContext.Current.CancellationToken);
        var waiting = dispatcher.AgentMessageEndAsync("s", "m", "whole", cancellationToken: TestContext.Current.CancellationToken).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        dispatcher.DroppedDeltas.ShouldBe(4);

        _bus.LetGo("s");
        await waiting.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _bus.StoredIn("s").Select(e => e.Type).ShouldBe(["run_retry", "run_retry", "agent_message_end"]);
        await Eventually.TrueAsync(() => _log.Lines.Count == 2, TestContext.Current.CancellationToken);
        _log.Lines.ShouldBe(["Warning DeltasDropped", "Error DeltasTakenAgain"]);
    }

    [Fact]
    public async Task DeltasTakenAgain_ComesOncePerEpisodeWithItsOwnCount_WhenHalfOfTheRoomIsFree()
    {
        var (small, large) = ("small", "large");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 4, WhenFull = WhenFull.DropDeltas }, logger: _log);
        foreach (var lost in (int[])[2, 1])
        {
            _bus.Hold(small);
            _bus.Hold(large);
            await dispatcher.NumbersAsync(large, 0, 3);
            var stored = dispatcher.PublishAndConfirmAsync(small, DispatchedEvents.Payload(1), cancellationToken: TestContext.Current.CancellationToken);
            for (var i = 0; i < lost; i++) await dispatcher.AgentMessageDeltaAsync(large, "m", "lost", cancellationToken: TestContext.Current.CancellationToken);
            var told = _log.Lines.Count;
            _bus.LetGo(small);
            await stored;
            await Eventually.TrueAsync(() => dispatcher.LaneCount == 1, TestContext.Current.CancellationToken);
            _log.Lines.Count.ShouldBe(told, "Three of four places are taken.");

            _bus.LetGo(large);
            await Eventually.TrueAsync(() => _log.Lines.Count > told, TestContext.Current.CancellationToken);
            await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        }
        _log.Lines.ShouldBe(["Warning DeltasDropped", "Error DeltasTakenAgain", "Warning DeltasDropped", "Error DeltasTakenAgain"]);
        _log.Entries.Where(entry => entry.Id.Name == "DeltasTakenAgain").Select(entry => entry.Text).ShouldBe(
            ["No more deltas are dropped; while the dispatcher was full, 2 were.", "No more deltas are dropped; while the dispatcher was full, 1 were."]);
    }

    [Fact]
    public async Task PublishAsync_AdmitsAsManyCallers_AsABatchHadEvents()
    {
        _bus.Hold("s");
        _bus.Hold("t");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 3 });
        await dispatcher.NumberAsync("s", 0, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);
        await dispatcher.NumbersAsync("s", 1, 2);
        var waiting = Enumerable.Range(0, 3).Select(number => dispatcher.NumberAsync("t", number, TestContext.Current.CancellationToken).AsTask()).ToArray();
        waiting.ShouldAllBe(call => !call.IsCompleted);

        _bus.LetGo("s");
        await Task.WhenAll(waiting).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        var further = dispatcher.NumberAsync("t", 3, TestContext.Current.CancellationToken).AsTask();
        further.IsCompleted.ShouldBeFalse("Those that were admitted take the room.");
        _bus.LetGo("t");
        await further.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PublishAndConfirmAsync_WaitsWithADelta_WhenFullAndDeltasAreDropped()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 1, WhenFull = WhenFull.DropDeltas });
        await dispatcher.NumberAsync("s", 0, TestContext.Current.CancellationToken);
        var confirmed = dispatcher.PublishAndConfirmAsync("s", "agent_message_delta", new { message_id = "m", delta = "kept" }, cancellationToken: TestContext.Current.CancellationToken);
        _bus.LetGo("s");
        (await confirmed.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken)).Cursor.ShouldNotBeNull();
    }

    [Fact]
    public async Task PublishAsync_HasCapacityAgain_AfterEventsFailed()
    {
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 2, RetryBudget = TimeSpan.Zero });
        _bus.Refuse = _ => new InvalidOperationException("no");
        for (var i = 0; i < 50; i++) await dispatcher.NumberAsync("s", i, TestContext.Current.CancellationToken).AsTask().WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken))).FailedEvents.ShouldBe(50);
    }
}
