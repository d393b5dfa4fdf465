using EventStream.Api.Streaming.Connections;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Connections;

public sealed class WakeSignalTests
{
    private readonly WakeSignal _signal = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_ReturnsOnce_HoweverOftenItWasSet()
    {
        _signal.Set();
        _signal.Set();
        await _signal.WaitAsync();
        var second = _signal.WaitAsync();
        second.IsCompleted.ShouldBeFalse();
        _signal.Set();
        await InTimeAsync(second);
    }

    [Fact]
    public async Task Set_WakesTheWaiterAfterRelease_WhenAnotherCallerStandsInForIt()
    {
        var waiting = _signal.WaitAsync();
        _signal.TryStandIn().ShouldBeTrue();
        _signal.Set();
        waiting.IsCompleted.ShouldBeFalse();

        _signal.Release(wake: false);
        await InTimeAsync(waiting);
        // The one signal woke the waiter once, so the next wait isn't completed.
        var next = _signal.WaitAsync();
        next.IsCompleted.ShouldBeFalse();
        _signal.Set();
        await InTimeAsync(next);
    }

    [Fact]
    public async Task Release_LetsTheWaiterSleepOn_WhenThereIsNothingForIt()
    {
        var waiting = _signal.WaitAsync();
        for (var i = 0; i < 3; i++)
        {
            _signal.TryStandIn().ShouldBeTrue();
            _signal.Release(wake: false);
            waiting.IsCompleted.ShouldBeFalse();
        }
        _signal.TryStandIn().ShouldBeTrue();
        _signal.Release(wake: true);
        await InTimeAsync(waiting);
    }

    [Fact]
    public async Task TryStandIn_IsRefusedAndWakesLater_WhenNothingWaits()
    {
        _signal.TryStandIn().ShouldBeFalse();
        await _signal.WaitAsync();

        // Only one caller may stand in at a time.
        var waiting = _signal.WaitAsync();
        _signal.TryStandIn().ShouldBeTrue();
        _signal.TryStandIn().ShouldBeFalse();
        _signal.Release(wake: false);
        await InTimeAsync(waiting);
    }

    [Fact]
    public async Task TryStandIn_IsRefused_WhenTheWaiterWasWokenAndHasNotLookedYet()
    {
        var waiting = _signal.WaitAsync();
        _signal.Set();
        _signal.TryStandIn().ShouldBeFalse();
        await InTimeAsync(waiting);
        var next = _signal.WaitAsync();
        next.IsCompleted.ShouldBeFalse();
        _signal.Set();
        await InTimeAsync(next);
    }

    [Fact]
    public async Task Nothing_IsLostOrDoneTwice_WhenManySetAndOneStandsIn()
    {
        const int Each = 50_000;
        const int Setters = 2;
        var (asked, done, atOnce) = (0, 0, 0);

        // The waiter does the work, or the caller that stands in for it, but never both at once.
        void Work()
        {
            // Read first, since whatever comes before would order the read and could hide a missed signal.
            var seen = Volatile.Read(ref asked);
            Interlocked.Increment(ref atOnce).ShouldBe(1);
            done = seen;
            Interlocked.Decrement(ref atOnce);
        }

        async Task WaitAsync()
        {
            while (done < Setters * Each)
            {
                await _signal.WaitAsync();
                Work();
            }
        }

        void StandIn()
        {
            for (var i = 0; i < Each; i++)
            {
                Interlocked.Increment(ref asked);
                if (!_signal.TryStandIn()) continue;
                Work();
                _signal.Release(wake: i % 7 == 0 || done == Setters * Each);
            }
        }

        void Set()
        {
            for (var i = 0; i < Each; i++)
            {
                Interlocked.Increment(ref asked);
                _signal.Set();
            }
        }

        // A lost signal would leave the waiter asleep, and the test would time out.
        await Task.WhenAll(Task.Run(WaitAsync, Cancel), Task.Run(StandIn, Cancel), Task.Run(Set, Cancel)).WaitAsync(Timeouts.Default, Cancel);
        done.ShouldBe(Setters * Each);
    }

    private static Task InTimeAsync(ValueTask waiting) => waiting.AsTask().WaitAsync(Timeouts.Default, Cancel);
}
