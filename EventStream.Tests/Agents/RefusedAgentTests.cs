using EventStream.Tests.Access;
using EventStream.Tests.Support;
using EventStream.Tests.Worker;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>An agent that the server doesn't let in, in a host as people write it.</summary>
public sealed class RefusedAgentTests(AccessSite site) : IClassFixture<AccessSite>
{
    [Fact]
    public async Task Host_EndsWithOneLine_WhenTheServerRefusesItsAgent()
    {
        var ended = await WorkerProcess.RunAsync(Ending.Agent, site.Server.Address.ToString());

        ended.ExitCode.ShouldBe(1);
        ended.Errors.ShouldBeEmpty();
        ended.Output.Split("refuses").Length.ShouldBe(2, ended.Output);
        ended.Output.ShouldContain($"Agent planner can't be asked, so its host stops. The server at {site.Server.Address} refuses this listener with 401: Show who you are");
        ended.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Host_GoesOn_WhenTheProgramDecidesWhatARefusalMeans()
    {
        var refused = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await AgentHost.StartAsync(services => services.AddEventDispatcher(options => options.Server = site.Server.Address), "planner", (_, _) => Task.CompletedTask, options => options.OnRefused = refused.SetResult);

        var refusal = await refused.Task.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);

        refusal.ShouldBeOfType<HttpRequestException>().Message.ShouldContain("refuses this listener with 401");
        host.IsStopping.ShouldBeFalse();
    }
}
