using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>A worker that goes straight to a cluster of Redis.</summary>
[Needs(Need.Redis)]
public sealed class ClusterAgentTests(SharedCluster shared) : AgentContract, IClassFixture<SharedCluster>
{
    private protected override async Task<TestServer> StartServerAsync() => TestServer.Start(new() { ["ConnectionStrings:Redis"] = (await shared.GetAsync()).ConnectionString });

    private protected override void Register(IServiceCollection services) => services.AddEventDispatcher(options => options.Redis = shared.Started.ConnectionString);
}
