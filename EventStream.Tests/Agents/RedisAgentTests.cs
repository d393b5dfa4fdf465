using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>A worker that goes straight to Redis.</summary>
[Needs(Need.Redis)]
public sealed class RedisAgentTests(RedisServer redis) : AgentContract, IClassFixture<RedisServer>
{
    private protected override async Task<TestServer> StartServerAsync()
    {
        await redis.StartAsync();
        return TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
    }

    private protected override void Register(IServiceCollection services) => services.AddEventDispatcher(options => options.Redis = redis.ConnectionString);
}
