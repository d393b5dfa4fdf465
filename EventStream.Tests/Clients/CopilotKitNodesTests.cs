using EventStream.Dispatching;
using EventStream.Tests.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>A frontend of CopilotKit, with two nodes of this server as its runtime.</summary>
[Needs(Need.NodeClients, Need.Redis)]
public sealed class CopilotKitNodesTests
{
    private readonly string _thread = $"s-{Guid.NewGuid():N}";

    [Fact]
    public async Task Frontend_GoesOnOnAnotherNode_WhenItsOwnIsKilledInTheMiddle()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        var first = await ApiProcess.StartAsync($"--ConnectionStrings:Redis={redis.ConnectionString}");
        await using var second = await ApiProcess.StartAsync($"--ConnectionStrings:Redis={redis.ConnectionString}");
        var nodes = new List<int> { first.Address.Port };
        await using var proxy = new RoundRobinProxy(nodes);
        var go = new TaskCompletionSource();
        await using var worker = await AgentHost.StartAsync(services => services.AddEventDispatcher(options => options.Redis = redis.ConnectionString), "assistant", async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync("a1", "It is ", cancellationToken: stop);
            await go.Task.WaitAsync(stop);
            await run.Events.AgentMessageDeltaAsync("a1", "up.", cancellationToken: stop);
        });
        await using var node = NodeScript.Start("copilotkit.js", $"{proxy.Address}copilotkit", "rest", _thread, """{"run":"Is it up?"}""", """{"connect":true}""");
        await node.PrintsAsync(line => line == "event TEXT_MESSAGE_CONTENT");

        nodes.Add(second.Address.Port);
        await first.DisposeAsync();
        await node.PrintsAsync(line => line == "event MESSAGES_SNAPSHOT");
        go.SetResult();
        await node.EndsAsync();

        node.Lines[^2].ShouldBe("""ended [["user","Is it up?"],["assistant","It is up."]]""", string.Join('\n', node.Lines));
    }
}
