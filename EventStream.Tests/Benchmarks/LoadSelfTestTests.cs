using EventStream.Benchmarks.Load;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Benchmarks;

/// <summary>The load generator finds the faults of a server whose faults are known.</summary>
[Collection(nameof(NonParallelCollection))]
public sealed class LoadSelfTestTests
{
    [Fact]
    public async Task RunAsync_TellsEveryFault_WhenTheServerLies()
    {
        var report = new StringWriter();
        (await LoadSelfTest.RunAsync(report)).ShouldBeTrue(report.ToString());
    }
}
