using EventStream.Api.Publishing;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>A publisher gets its answer within a known time, whatever the bus does.</summary>
public sealed class BoundedAppendTests : IDisposable
{
    private readonly ScriptedAppender _bus = new();
    private readonly SteppedTime _time = new();
    private readonly Lifetime _lifetime = new();
    private readonly StopGrace _stop;
    private readonly AppendRequest _request = new()
    {
        Stream = StreamKey.Session("s"),
        Events = [new EventFactory(TimeProvider.System).Create("s", DispatchedEvents.Payload(1))],
    };

    public BoundedAppendTests() => _stop = new StopGrace(_lifetime, _time);

    public void Dispose()
    {
        _stop.Dispose();
        _lifetime.Dispose();
    }

    [Theory]
    [InlineData(2.0, 2.0)]
    [InlineData(30.0, 30.0)]
    [InlineData(0.2, 1.0)]
    [InlineData(0.0, 1.0)]
    public async Task AppendAsync_GivesUpAfterTheBudget_WhenTheBusHangs(double budget, double expected)
    {
        _bus.Hold("s");
        var appended = Append(budget);
        (await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken)).ShouldBe(TimeSpan.FromSeconds(expected));
        await Should.ThrowAsync<BusUnavailableException>(appended);
        _bus.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_GivesUpAfterTheBudget_WhenTheBusHangsInALaterAttempt()
    {
        _bus.FailNext(1);
        _bus.Before = () =>
        {
            if (_bus.Requests.Count == 1) _bus.Hold("s");
            return Task.CompletedTask;
        };
        var appended = Append(2);
        var waited = await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 2, TestContext.Current.CancellationToken);
        waited += await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken);
        waited.ShouldBe(TimeSpan.FromSeconds(2));
        await Should.ThrowAsync<BusUnavailableException>(appended);
    }

    [Fact]
    public async Task AppendAsync_GivesUpSoon_WhenTheServerStops()
    {
        _bus.Hold("s");
        var appended = Append(60);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);
        _lifetime.StopApplication();
        (await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken)).ShouldBe(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<BusUnavailableException>(appended);
    }

    [Fact]
    public async Task AppendAsync_Stores_WhenTheBusAnswersWhileTheServerStops()
    {
        _bus.Hold("s");
        var appended = Append(60);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);
        _lifetime.StopApplication();
        _bus.LetGo("s");
        (await appended).Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
    }

    [Fact]
    public async Task AppendAsync_GoesOn_WhenTheClientLeavesAfterItHasSent()
    {
        _bus.Hold("s");
        using var leaving = new CancellationTokenSource();
        var appended = Append(2, leaving.Token);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        _bus.LetGo("s");
        (await appended).Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
    }

    [Fact]
    public async Task AppendAsync_DoesNotBegin_WhenTheClientHasLeft()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Append(2, new CancellationToken(canceled: true)));
        _bus.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AppendAsync_SaysWhatLacksTheEvents_WhenAProjectHangs()
    {
        var bus = new TestBus();
        bus.BeforeAppend = request => request.Stream.Kind == StreamKind.Project ? Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) : Task.CompletedTask;
        var request = new AppendRequest { Stream = StreamKey.Session("s"), Events = [new Envelopes("s").Thought(projectId: "p")] };
        var appended = new BoundedAppend(bus, Options.Create(new PublishingOptions()), _time, _stop).AppendAsync(request, TestContext.Current.CancellationToken);
        (await _time.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken)).ShouldBe(TimeSpan.FromSeconds(2));
        var failure = await Should.ThrowAsync<BusUnavailableException>(appended);
        failure.Message.ShouldBe("The append was cancelled. 'session:s' holds the events; 'project:p' may lack them until they are published again under the same ids.");
        failure.Lacking.ShouldBe([StreamKey.Project("p")]);
    }

    private Task<AppendResult> Append(double budget, CancellationToken? cancellationToken = null)
    {
        var options = Options.Create(new PublishingOptions { RetryBudget = TimeSpan.FromSeconds(budget) });
        return new BoundedAppend(_bus, options, _time, _stop).AppendAsync(_request, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
