using EventStream.Dispatching;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class QueueCapacityTests
{
    private readonly QueueCapacity _capacity = new(maxEvents: 1, maxBytes: 1_000_000);
    private readonly Envelopes _events = new("s");

    // Its event is in the queue by then, and is published.
    [Fact]
    public void TryRemoveNeedsLock_IsFalse_WhenTheCallerWasAdmitted()
    {
        var (first, second) = (Queued(), Queued());
        _capacity.TryReserveNeedsLock(first).ShouldBeTrue();
        var waiting = _capacity.WaitNeedsLock(second);
        _capacity.AdmitNeedsLock().ShouldBeNull();
        _capacity.ReleaseNeedsLock(first);
        _capacity.AdmitNeedsLock().ShouldBe(waiting.Value);

        _capacity.TryRemoveNeedsLock(waiting).ShouldBeFalse();
        _capacity.HeldNeedsLock.ShouldBe(1);
    }

    [Fact]
    public void TryRemoveNeedsLock_TakesTheCallerOutOfTheLine_WhileItWaits()
    {
        _capacity.TryReserveNeedsLock(Queued()).ShouldBeTrue();
        var (leaving, staying) = (_capacity.WaitNeedsLock(Queued()), _capacity.WaitNeedsLock(Queued()));
        _capacity.HeldNeedsLock.ShouldBe(3);
        _capacity.TryRemoveNeedsLock(leaving).ShouldBeTrue();
        _capacity.HeldNeedsLock.ShouldBe(2);
        _capacity.ReleaseNeedsLock(Queued());
        _capacity.AdmitNeedsLock().ShouldBe(staying.Value);
    }

    private QueuedEvent Queued() => new(_events.Thought(), default, new FlushPoint(Task.CompletedTask), Confirmation: null);
}
