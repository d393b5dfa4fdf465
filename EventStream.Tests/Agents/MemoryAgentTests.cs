using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.Agents;

/// <summary>A worker in the server's process, on the bus in its memory.</summary>
public sealed class MemoryAgentTests : AgentContract
{
    private protected override Task<TestServer> StartServerAsync() => Task.FromResult(TestServer.Start());

    private protected override void Register(IServiceCollection services) => services.AddSingleton(Server.Bus).AddEventStream();
}
