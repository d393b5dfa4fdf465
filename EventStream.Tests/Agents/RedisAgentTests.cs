using System.Net;
using EventStream.Bus;
using EventStream.Bus.Redis.Wire;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
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

    [Fact]
    public async Task Worker_Stops_WhenItsClaimWasLostWithTheLog_AndTheRunCanBeClaimedAgain()
    {
        var stopped = await RunUntilStoppedAsync("r1");

        using (var probe = await RedisProbe.ConnectAsync(redis, Cancel)) probe.Ask(["DEL", .. RedisNames.All(StreamKey.Session(Session)).Select(key => (string)key!)]);

        (await Server.PostAsync($"/events/{Session}?claim=true", """{"type":"run_started","payload":{"run_id":"r1"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        await stopped.WaitAsync(Timeouts.Default, Cancel);
        (await EventsAsync("run_started")).ShouldHaveSingleItem();
    }
}
