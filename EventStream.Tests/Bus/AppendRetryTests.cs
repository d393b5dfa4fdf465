using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public sealed class AppendRetryTests
{
    private readonly ScriptedAppender _bus = new();
    private readonly SteppedTime _time = new();
    private readonly AppendRequest _request = new()
    {
        Stream = StreamKey.Session("s"),
        Events = [new EventFactory(TimeProvider.System).Create("s", DispatchedEvents.Payload(1))],
    };

    [Fact]
    public async Task AppendAsync_DoublesItsDelaysUpToHalfASecond_UntilTheBusAnswers()
    {
        _bus.FailNext(9);
        var heard = 0;
        var appended = AppendRetry.AppendAsync(_bus, _request, TimeSpan.FromMinutes(1), _time, _ => heard++, cancellationToken: TestContext.Current.CancellationToken).AsTask();

        foreach (var longest in (int[])[50, 100, 200, 400, 500, 500, 500, 500, 500])
            (await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken)).TotalMilliseconds.ShouldBeInRange(longest / 2d, longest);

        (await appended).Receipts.Count.ShouldBe(1);
        heard.ShouldBe(9);
        _bus.Requests.ShouldAllBe(request => ReferenceEquals(request, _request));
    }

    [Fact]
    public async Task AppendAsync_SpreadsItsDelays_SoThatPublishersDoNotComeBackTogether()
    {
        var delays = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            _bus.FailNext(1);
            var appended = AppendRetry.AppendAsync(_bus, _request, TimeSpan.FromMinutes(1), _time, cancellationToken: TestContext.Current.CancellationToken).AsTask();
            delays.Add((await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken)).TotalMilliseconds);
            await appended;
        }
        // By chance once in a million million times.
        (delays.Min(), delays.Max()).ShouldSatisfyAllConditions(range => range.Item1.ShouldBeInRange(25, 37.5), range => range.Item2.ShouldBeInRange(37.5, 50));
        delays.Distinct().Count().ShouldBeGreaterThan(8, "A delay has one of 26 whole milliseconds.");
    }

    [Fact]
    public async Task AppendAsync_TriesOnceMoreAtTheEnd_ThenRethrowsTheLastFailure()
    {
        _bus.Refuse = _ => new BusUnavailableException($"attempt {_bus.Requests.Count}");
        var appended = AppendRetry.AppendAsync(_bus, _request, TimeSpan.FromSeconds(5), _time, cancellationToken: TestContext.Current.CancellationToken).AsTask();

        var waited = TimeSpan.Zero;
        while (waited < TimeSpan.FromSeconds(5)) waited += await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken);

        waited.ShouldBe(TimeSpan.FromSeconds(5));
        (await Should.ThrowAsync<BusUnavailableException>(appended)).Message.ShouldBe($"attempt {_bus.Requests.Count}");
    }

    [Fact]
    public async Task AppendAsync_TriesOnce_WhenThereIsNoBudget()
    {
        _bus.FailNext(1);
        await Should.ThrowAsync<BusUnavailableException>(async () => await AppendRetry.AppendAsync(_bus, _request, TimeSpan.Zero, _time, cancellationToken: TestContext.Current.CancellationToken));
        _bus.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_TriesOnce_WhenTheBusIsOutOfMemoryAndThatIsNotRepeated()
    {
        _bus.FailNext(1, new BusUnavailableException("full") { IsOutOfMemory = true });
        await Should.ThrowAsync<BusUnavailableException>(async () =>
            await AppendRetry.AppendAsync(_bus, _request, TimeSpan.FromMinutes(1), _time, retryOutOfMemory: false, cancellationToken: TestContext.Current.CancellationToken));
        _bus.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_LeavesRelayingToTheServer_WhenTheAppenderIsNoBus()
    {
        var request = _request with { Events = new Envelopes("s").Thoughts(2, projectId: "p"), Broadcast = true };
        await AppendRetry.AppendAsync(_bus, request, TimeSpan.Zero, _time, cancellationToken: TestContext.Current.CancellationToken);
        _bus.Requests.ShouldBe([request]);
    }

    [Fact]
    public async Task AppendAsync_DoesNotRepeat_WhatTheBusRejects()
    {
        _bus.FailNext(1, new EventRejectedException("/payload", "is odd."));
        await Should.ThrowAsync<EventRejectedException>(async () =>
            await AppendRetry.AppendAsync(_bus, _request, TimeSpan.FromMinutes(1), _time, cancellationToken: TestContext.Current.CancellationToken));
        _bus.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_EndsItsDelay_WhenCancelled()
    {
        _bus.FailNext(1);
        using var stopping = new CancellationTokenSource();
        var appended = AppendRetry.AppendAsync(_bus, _request, TimeSpan.FromMinutes(1), _time, cancellationToken: stopping.Token).AsTask();
        await Eventually.TrueAsync(() => _time.UntilNextTimer is not null, TestContext.Current.CancellationToken);
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(appended);
        _time.UntilNextTimer.ShouldBeNull();
    }
}
