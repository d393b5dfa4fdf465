using EventStream.Api.Streaming.Delivery;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Delivery;

public sealed class CrowdSweepTests
{
    private readonly CrowdSweep _sweep = new();

    [Fact]
    public void Pulse_SweepsOnce_WhenACrowdHasComeAndAllIsCalm()
    {
        _sweep.Pulse(2000, delivered: 0).ShouldBeFalse();
        _sweep.Pulse(2000, delivered: 0).ShouldBeTrue();
        _sweep.Pulse(2000, delivered: 0).ShouldBeFalse();
    }

    [Fact]
    public void Pulse_Waits_WhileClientsJoinOrEventsAreDelivered()
    {
        _sweep.Pulse(2000, delivered: 0);
        _sweep.Pulse(2001, delivered: 0).ShouldBeFalse();
        _sweep.Pulse(2001, delivered: 5).ShouldBeFalse();
        _sweep.Pulse(2001, delivered: 5).ShouldBeTrue();
    }

    [Fact]
    public void Pulse_SweepsNothing_WhenFewHaveCome()
    {
        _sweep.Pulse(1999, delivered: 0);
        _sweep.Pulse(1999, delivered: 0).ShouldBeFalse();
    }
}
