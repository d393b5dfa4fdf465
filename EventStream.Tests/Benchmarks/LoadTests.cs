using System.Diagnostics;
using System.Reflection;
using EventStream.Benchmarks.Load;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Benchmarks;

/// <summary>Runs the scenarios of the load table in small, over real sockets and a real Redis, and checks the figures that don't depend on a clock.</summary>
[Collection(nameof(NonParallelCollection))]
[Needs(Need.Redis)]
public sealed class LoadTests(LoadedServer server) : IClassFixture<LoadedServer>
{
    // The runtime allocates too, such as for timers; this is its share per delivery.
    private const double Slack = 2;

    public static TheoryData<string> Dialects => [.. LoadDialect.All.Select(dialect => dialect.Name)];

    [Theory]
    [InlineData("paced", nameof(PublishBy.Dispatcher))]
    [InlineData("sparse", nameof(PublishBy.Dispatcher))]
    [InlineData("sparse", nameof(PublishBy.Post))]
    [InlineData("flood", nameof(PublishBy.Publish))]
    [InlineData("flood", nameof(PublishBy.Dispatcher))]
    [InlineData("many", nameof(PublishBy.Publish))]
    [InlineData("many", nameof(PublishBy.Dispatcher))]
    public async Task RunAsync_FindsNothingWrong_WhenTheServerIsLoaded(string name, string publishBy)
    {
        var scenario = LoadScenario.Find(name)!;
        var small = scenario with { Streams = 40, Sessions = Math.Min(scenario.Sessions, 20), Rate = 100, Window = 400, Seconds = 0.5, WarmUpSeconds = 0.2 };
        var figures = await server.RunAsync(small, Enum.Parse<PublishBy>(publishBy));
        figures.IsWhole.ShouldBeTrue(figures.ToString());
        figures.Delivered.ShouldBe(figures.Events * small.Streams / small.Sessions);
        figures.Events.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task RunAsync_FindsNothingWrong_WhenStreamsSpeakADialect(string name)
    {
        var dialect = LoadDialect.All.Single(dialect => dialect.Name == name);
        var small = LoadScenario.Find("paced")! with { Streams = 20, Rate = 100, Seconds = 0.5, WarmUpSeconds = 0.2, Dialect = dialect };
        var figures = await server.RunAsync(small, PublishBy.Dispatcher);
        figures.IsWhole.ShouldBeTrue(figures.ToString());
        figures.Delivered.ShouldBe(figures.Events * 20);
    }

    [Fact]
    public async Task RunAsync_ReadsTheLogOnce_WhenACrowdComesBack()
    {
        var storm = LoadScenario.Find("resume")! with { Streams = 100, Missed = 600 };
        var alone = await server.RunAsync(storm with { Streams = 1 }, PublishBy.Dispatcher);
        var crowd = await server.RunAsync(storm, PublishBy.Dispatcher);
        alone.IsWhole.ShouldBeTrue(alone.ToString());
        crowd.IsWhole.ShouldBeTrue(crowd.ToString());
        crowd.Delivered.ShouldBe(100 * 600);
        crowd.LogReads.ShouldBe(alone.LogReads);
    }

    [Fact]
    public async Task RunAsync_AllocatesNothingPerStreamAndEvent_WhenOneSessionHasManyStreams()
    {
        Assert.SkipWhen(typeof(Program).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true, "In a debug build every asynchronous call allocates.");
        var few = await AllocatedPerEventAsync(10);
        var many = await AllocatedPerEventAsync(210);
        ((many - few) / 200).ShouldBeLessThan(Slack);
    }

    private async Task<double> AllocatedPerEventAsync(int streams)
    {
        var scenario = LoadScenario.Find("paced")! with { Streams = streams, Rate = 200, Seconds = 1 };
        var figures = await server.RunAsync(scenario, PublishBy.Publish);
        figures.IsWhole.ShouldBeTrue(figures.ToString());
        return figures.AllocatedBytes!.Value / (double)figures.Events;
    }
}
