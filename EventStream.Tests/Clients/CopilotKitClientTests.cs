using EventStream.Dispatching;
using EventStream.Tests.AgUi;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>Frontends of CopilotKit, package <c>@copilotkit/core</c>, with this server as their runtime.</summary>
[Needs(Need.NodeClients)]
public sealed class CopilotKitClientTests : AgUiContext
{
    [Theory]
    [InlineData("rest")]
    [InlineData("single")]
    [InlineData("auto")]
    public async Task Frontend_Runs_AndIsToldTheThreadWhenItConnects_AfterTwoRunsOfWhichOneFailed(string transport)
    {
        await HostAsync((run, stop) => $"{run.Input}".Contains("two", StringComparison.Ordinal) ? throw new InvalidOperationException("broken") : SayAsync(run, stop));

        var ran = await RunAsync(transport, """{"run":"one"}""", """{"run":"two"}""");
        var connected = await RunAsync(transport, """{"connect":true}""");

        const string Messages = """ended [["user","one"],["assistant","It is up."],["assistant",["look"]],["tool","up"],["user","two"]]""";
        ran[0].ShouldBe("agents assistant");
        ran.ShouldContain("event RUN_ERROR");
        ran[^2].ShouldBe(Messages);
        connected.ShouldBe(["agents assistant", "event RUN_STARTED", "event MESSAGES_SNAPSHOT", "event RUN_FINISHED", Messages, "done"]);
    }

    [Fact]
    public async Task Frontend_IsToldNothing_WhenItConnectsToANewThread() =>
        (await RunAsync("rest", """{"connect":true}""")).ShouldBe(["agents assistant", "event RUN_STARTED", "event RUN_FINISHED", "ended []", "done"]);

    [Theory]
    [InlineData("rest")]
    [InlineData("single")]
    public async Task Frontend_StopsItsRun(string transport)
    {
        await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync("a1", "It is ", cancellationToken: stop);
            await Task.Delay(Timeout.Infinite, stop);
        });

        var lines = await RunAsync(transport, """{"run":"Is it up?","later":true}""", """{"until":"TEXT_MESSAGE_CONTENT"}""", """{"stop":true}""", """{"until":"RUN_FINISHED"}""");

        lines.ShouldContain("event RUN_FINISHED");
        lines.ShouldNotContain(line => line.StartsWith("failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_DoesNothing_WhenNoRunGoesOn()
    {
        await HostAsync(SayAsync);
        (await StopAsync("{}")).ShouldBe("""{"stopped":false}""");
        await AllAsync(Input("r1"));

        (await StopAsync("""{"runId":"r1"}""")).ShouldBe("""{"stopped":false}""");
        (await StopAsync("""{"runId":"unknown"}""")).ShouldBe("""{"stopped":false}""");
    }

    [Fact]
    public async Task Request_IsRefused_ForAnAgentThatIsNotListed_OrAThreadThatIsNoSession()
    {
        (await Server.PostAsync("/copilotkit/agent/other/run", Input("r1", thread: Session))).Title.ShouldBe("There is no agent 'other'; it is assistant. Name it in Dialects:Agents.");
        (await Server.PostAsync("/copilotkit/agent/assistant/run", Input("r1", thread: "a b"))).Json.GetProperty("pointer").GetString().ShouldBe("/threadId");
        (await Server.PostAsync("/copilotkit", """{"method":"agent/dance"}""")).Title.ShouldBe("/method is 'agent/dance'; it is info, agent/run, agent/connect or agent/stop.");
        (await Server.PostAsync("/copilotkit", """{"method":"agent/run","params":{"agentId":"assistant"},"body":{"threadId":"t"}}""")).Json.GetProperty("pointer").GetString().ShouldBe("/body/runId");
        (await Server.PostAsync("/copilotkit", """{"method":"agent/run","params":{"agentId":"assistant"}}""")).Json.GetProperty("pointer").GetString().ShouldBe("/body");
    }

    [Fact]
    public async Task Info_ListsTheAgentsOfTheSettings()
    {
        await using var server = TestServer.Start(new() { ["Dialects:DefaultAgent"] = "planner", ["Dialects:Agents"] = "writer, planner" });

        (await server.GetAsync("/copilotkit/info")).Json.GetProperty("agents").EnumerateObject().Select(agent => agent.Name).ShouldBe(["planner", "writer"]);
    }

    private async Task<string> StopAsync(string body) => (await Server.PostAsync($"/copilotkit/agent/assistant/stop/{Session}", body)).Text;

    private async Task<IReadOnlyList<string>> RunAsync(string transport, params string[] steps)
    {
        await using var node = NodeScript.Start("copilotkit.js", [$"{Server.Address}copilotkit", transport, Session, .. steps]);
        await node.EndsAsync();
        node.Lines[^1].ShouldBe("done", string.Join('\n', node.Lines));
        return node.Lines;
    }
}
