using System.Collections.Concurrent;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherFailureTests
{
    private static readonly DispatcherOptions OneAttempt = new() { RetryBudget = TimeSpan.Zero };

    private readonly ScriptedAppender _bus = new();
    private readonly RecordingLogger<EventDispatcher> _log = new();
    private readonly ConcurrentQueue<DispatchFailure> _failures = new();

    [Fact]
    public async Task PublishAsync_RepeatsTheSameRequest_WhenTheBusDoesNotAnswer()
    {
        _bus.FailNext(3);
        await using var dispatcher = new EventDispatcher(_bus, logger: _log);

        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.Requests.Count.ShouldBe(4);
        _bus.Requests.ShouldAllBe(request => ReferenceEquals(request, _bus.Requests[0]));
        _bus.StoredIn("s").Numbers().ShouldBe([1]);
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Information BusAnswersAgain"]);
    }

    [Fact]
    public async Task OnFailed_HearsOfTheEventsOnce_WhenTheBudgetIsSpent()
    {
        _bus.FailNext(1);
        await using var dispatcher = new EventDispatcher(_bus, Recording(OneAttempt), logger: _log);

        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        var failed = await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));

        failed.FailedEvents.ShouldBe(1);
        var failure = failed.Failures.ShouldHaveSingleItem();
        failure.Exception.ShouldBeOfType<BusUnavailableException>();
        failure.Events.Numbers().ShouldBe([1]);
        _failures.ShouldBe([failure]);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PublishAsync_GoesOnWithTheNextBatch_AfterOneFailed()
    {
        _bus.FailNext(1);
        await using var dispatcher = new EventDispatcher(_bus, Recording(OneAttempt), logger: _log);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !_failures.IsEmpty, TestContext.Current.CancellationToken);

        await dispatcher.NumberAsync("s", 2, TestContext.Current.CancellationToken);
        await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));

        _bus.StoredIn("s").Numbers().ShouldBe([2]);
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Error EventsGivenUp", "Information BusAnswersAgain"], ignoreOrder: true);
        _log.Traces.ShouldBe(0);
    }

    [Fact]
    public async Task FlushAsync_HoldsSixteenFailuresAndCountsAll_WhenManyFail()
    {
        _bus.Refuse = _ => new InvalidOperationException("no");
        await using var dispatcher = new EventDispatcher(_bus, OneAttempt, logger: _log);
        for (var i = 0; i < 40; i++) await dispatcher.NumberAsync($"s{i}", i, TestContext.Current.CancellationToken);

        var failed = await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));

        failed.FailedEvents.ShouldBe(40);
        failed.Failures.Count.ShouldBe(16);
        failed.Message.ShouldBe("40 events were given up; the first because: no");
        _log.Lines.ShouldBe(["Error EventsGivenUp"]);
    }

    [Fact]
    public async Task FlushAsync_CountsWhatFailedSinceTheLastFlush_Only()
    {
        _bus.FailNext(3);
        await using var dispatcher = new EventDispatcher(_bus, OneAttempt, logger: _log);
        foreach (var failing in (int[])[2, 1])
        {
            for (var i = 0; i < failing; i++) await dispatcher.NumberAsync($"s{i}", i, TestContext.Current.CancellationToken);
            (await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken))).FailedEvents.ShouldBe(failing);
        }
    }

    [Fact]
    public async Task PublishAsync_LosesOnlyTheEventAtFault_WhenTheBusRejectsABatch()
    {
        _bus.Hold("s");
        _bus.Refuse = request => request.Events.Numbers().Contains(13) ? new EventRejectedException("/payload", "is unlucky.") : null;
        await using var dispatcher = new EventDispatcher(_bus, Recording(new DispatcherOptions()));
        await dispatcher.NumberAsync("s", 0, TestContext.Current.CancellationToken);
        await dispatcher.NumbersAsync("s", 1, 30);
        _bus.LetGo("s");

        await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));

        _failures.ShouldHaveSingleItem().Events.Numbers().ShouldBe([13]);
        _bus.StoredIn("s").Numbers().ShouldBe(Enumerable.Range(0, 31).Where(number => number != 13));
    }

    [Fact]
    public async Task OnFailed_GetsEventsOfEndedRuns_WhenNoCallerConfirms()
    {
        _bus.Hold("s");
        _bus.EndedRuns.Add("over");
        await using var dispatcher = new EventDispatcher(_bus, Recording(new DispatcherOptions()));
        var (over, on) = (dispatcher.ForRun("s", "over"), dispatcher.ForRun("s", "on"));
        await over.RunRetryAsync(1, 9, "again", TestContext.Current.CancellationToken);
        await on.RunRetryAsync(2, 9, "again", TestContext.Current.CancellationToken);
        await over.RunRetryAsync(3, 9, "again", TestContext.Current.CancellationToken);
        _bus.LetGo("s");

        var failed = await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));

        failed.FailedEvents.ShouldBe(2);
        failed.Failures.ShouldAllBe(failure => ((RunEndedException)failure.Exception).RunId == "over");
        _failures.SelectMany(failure => failure.Events).Numbers().ShouldBe([1, 3]);
        _bus.StoredIn("s").Numbers().ShouldBe([2]);
    }

    [Fact]
    public async Task PublishAsync_GoesOn_WhenACallbackThrows()
    {
        _bus.FailNext(1);
        var options = new DispatcherOptions { RetryBudget = TimeSpan.Zero, OnFailed = _ => throw new InvalidOperationException("mine"), OnAppended = (_, _) => throw new InvalidOperationException("mine") };
        await using var dispatcher = new EventDispatcher(_bus, options, logger: _log);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken));

        await dispatcher.NumberAsync("s", 2, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn("s").Numbers().ShouldBe([2]);
        _log.Lines.Count(line => line == "Error CallbackThrew").ShouldBe(1, "It is told once a minute at most.");
    }

    [Fact]
    public async Task OnAppended_HearsOfReceiptsAndListeners_OfEachBatch()
    {
        AppendResult? heard = null;
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { OnAppended = (_, result) => heard = result });
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        heard.ShouldNotBeNull().Listeners.ShouldBe(1);
    }

    [Fact]
    public async Task Warning_IsLoggedOncePerOutage_WhenManySessionsWait()
    {
        var away = true;
        _bus.Refuse = _ => Volatile.Read(ref away) ? new BusUnavailableException("away") : null;
        await using var dispatcher = new EventDispatcher(_bus, logger: _log);
        for (var i = 0; i < 10; i++) await dispatcher.NumberAsync($"s{i}", i, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Requests.Count > 30, TestContext.Current.CancellationToken);
        Volatile.Write(ref away, false);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Information BusAnswersAgain"]);
    }

    [Fact]
    public async Task Warning_IsLoggedOncePerOutage_WhenOnlyOneSessionWaits()
    {
        var away = true;
        _bus.Refuse = request => request.Stream.Id == "away" && Volatile.Read(ref away) ? new BusUnavailableException("away") : null;
        await using var dispatcher = new EventDispatcher(_bus, logger: _log);
        await dispatcher.NumberAsync("away", 1, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _log.Lines.Count == 1, TestContext.Current.CancellationToken);
        for (var i = 0; i < 5; i++) await dispatcher.PublishAndConfirmAsync("here", DispatchedEvents.Payload(i), cancellationToken: TestContext.Current.CancellationToken);
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering"]);

        Volatile.Write(ref away, false);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Information BusAnswersAgain"]);
    }

    [Fact]
    public async Task FlushAsync_SaysWhatTheBusAnswered_WhenReceiptsAreMissing()
    {
        await using var dispatcher = new EventDispatcher(new ForgetfulAppender(), OneAttempt, logger: _log);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        var failed = await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(TestContext.Current.CancellationToken).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken));
        failed.InnerException.ShouldBeOfType<InvalidOperationException>().Message.ShouldBe("The bus answered 0 receipts for 1 events.");
    }

    private sealed class ForgetfulAppender : IEventAppender
    {
        public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(new AppendResult { Receipts = [], Head = Cursor.Zero });
    }

    private DispatcherOptions Recording(DispatcherOptions options) => new() { RetryBudget = options.RetryBudget, OnFailed = _failures.Enqueue };
}
