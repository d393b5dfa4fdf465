using EventStream.Dispatching;
using EventStream.Tests.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>Clients that others wrote, in the middle of an answer while Redis restarts.</summary>
[Needs(Need.NodeClients, Need.Redis)]
public sealed class RestartedRedisTests
{
    [Fact]
    public async Task Clients_EndWithTheWholeAnswer_WhenRedisRestartsInTheMiddle()
    {
        await using var redis = await RedisServer.StartOwnAsync(isDurable: true);
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString, ["Agents:ClaimTimeout"] = "00:01:00" });
        var go = new TaskCompletionSource();
        await using var worker = await AgentHost.StartAsync(services => services.AddEventDispatcher(options => options.Redis = redis.ConnectionString), "assistant", async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync($"a-{run.SessionId}", "It is ", cancellationToken: stop);
            await go.Task.WaitAsync(stop);
            await run.Events.AgentMessageDeltaAsync($"a-{run.SessionId}", "up.", cancellationToken: stop);
        });
        await using var agui = NodeScript.Start("agui-run.js", "1", $"{server.Address}agui/agui", """{"runId":"r1","say":"Is it up?"}""");
        await using var tanstack = NodeScript.Start("tanstack.js", $"{server.Address}agui/tanstack", """{"post":"r2"}""");
        await using var copilotkit = NodeScript.Start("copilotkit.js", $"{server.Address}copilotkit", "rest", "copilotkit", """{"run":"Is it up?"}""");
        NodeScript[] clients = [agui, tanstack, copilotkit];
        foreach (var client in clients) await client.PrintsAsync(line => line.Contains("TEXT_MESSAGE_CONTENT", StringComparison.Ordinal));

        await redis.StopAsync();
        await redis.StartAsync();
        go.SetResult();
        foreach (var client in clients) await client.EndsAsync();

        agui.Lines.ShouldContain("""ended [["user","Is it up?"],["assistant","It is up."]]""", string.Join('\n', agui.Lines));
        copilotkit.Lines.ShouldContain("""ended [["user","Is it up?"],["assistant","It is up."]]""", string.Join('\n', copilotkit.Lines));
        tanstack.Lines.Where(line => line.Contains("\"delta\"", StringComparison.Ordinal)).Select(line => line[line.IndexOf("\"delta\"", StringComparison.Ordinal)..]).ShouldBe(["\"delta\":\"It is \"}", "\"delta\":\"up.\"}"], string.Join('\n', tanstack.Lines));
        tanstack.Lines.ShouldContain("ended");
    }
}
