using EventStream.Dispatching;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class DispatcherOptionsTests
{
    public static TheoryData<string, DispatcherOptions> Broken => new()
    {
        { "Dispatcher:Capacity must", new() { Capacity = 0 } },
        { "Dispatcher:CapacityBytes must", new() { CapacityBytes = 1 } },
        { "Dispatcher:WhenFull must", new() { WhenFull = (WhenFull)7 } },
        { "Dispatcher:RetryBudget must", new() { RetryBudget = TimeSpan.FromSeconds(-1) } },
        { "Dispatcher:DisposeTimeout must", new() { DisposeTimeout = Timeout.InfiniteTimeSpan } },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void Constructor_NamesTheSetting_WhenItCannotWork(string start, DispatcherOptions options) =>
        Should.Throw<ArgumentException>(() => new EventDispatcher(new ScriptedAppender(), options)).Message.ShouldStartWith(start);

    [Fact]
    public void Problem_IsNull_ForTheDefaults() => new DispatcherOptions().Problem().ShouldBeNull();
}
