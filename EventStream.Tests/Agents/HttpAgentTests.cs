using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.Agents;

/// <summary>A worker that knows only the address of a server.</summary>
public sealed class HttpAgentTests : AgentContract
{
    private protected override Task<TestServer> StartServerAsync() => Task.FromResult(TestServer.Start());

    private protected override void Register(IServiceCollection services) => services.AddEventDispatcher(options => options.Server = Server.Address);
}
