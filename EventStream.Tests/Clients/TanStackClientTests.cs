using System.Text.Json;
using EventStream.Dispatching;
using EventStream.Tests.AgUi;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>The client of TanStack AI, package <c>@tanstack/ai-client</c>, which comes back by itself with the id of the last event.</summary>
[Needs(Need.NodeClients)]
public sealed class TanStackClientTests : AgUiContext
{
    private static readonly string[] Whole =
    [
        "RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT",
        "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED",
    ];

    [Fact]
    public async Task Post_IsToldEveryEventOnce_WhenItIsCutAfterEachOfThem()
    {
        await HostAsync(SayAsync);
        await using var cutter = FrameCutter.Start(Server.Address, _ => 1, TestContext.Current.CancellationToken, isPolite: true);

        var lines = await RunAsync(cutter.Address, """{"post":"r1"}""");

        ToldTypes(lines).Take(Whole.Length).ShouldBe(Whole, string.Join('\n', lines));
        lines.ShouldContain("ended");
        cutter.Streams.ShouldBeGreaterThanOrEqualTo(Whole.Length);
    }

    [Fact]
    public async Task JoinRun_IsToldTheConversation_AndTheRest_WhenItIsCutAfterEachEvent()
    {
        var go = new TaskCompletionSource();
        await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync("a1", "It is ", cancellationToken: stop);
            await go.Task.WaitAsync(stop);
            await run.Events.AgentMessageDeltaAsync("a1", "up.", cancellationToken: stop);
        });
        await using var stream = await PostAsync(Input("r1"));
        await stream.ReadUntilAsync(item => TypeOf(item) == "TEXT_MESSAGE_CONTENT");
        await using var cutter = FrameCutter.Start(Server.Address, _ => 1, TestContext.Current.CancellationToken, isPolite: true);
        await using var node = NodeScript.Start("tanstack.js", $"{cutter.Address}agui/{Session}", """{"join":"r1"}""");
        await node.PrintsAsync(line => line.Contains("TEXT_MESSAGE_START", StringComparison.Ordinal));

        go.SetResult();
        await node.EndsAsync();

        ToldTypes(node.Lines).Take(7).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED"]);
        node.Lines.ShouldContain("ended");
    }

    [Fact]
    public async Task Chat_HoldsTheWholeConversation_WhenItIsReloadedInTheMiddle()
    {
        var go = new TaskCompletionSource();
        await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync("a1", "I look. ", cancellationToken: stop);
            await run.Events.ToolCallStartedAsync("t1", "look", new { }, cancellationToken: stop);
            await run.Events.ToolCallResultAsync("t1", "look", "up", cancellationToken: stop);
            await run.Events.AgentMessageEndAsync("a1", "I look. ", cancellationToken: stop);
            await run.Events.AgentMessageDeltaAsync("a2", "It is ", cancellationToken: stop);
            await go.Task.WaitAsync(stop);
            await run.Events.AgentMessageDeltaAsync("a2", "up.", cancellationToken: stop);
        });
        await using var stream = await PostAsync(Input("r1"));
        await stream.ReadUntilAsync(item => item.Data.Contains("It is ", StringComparison.Ordinal));
        await using var node = NodeScript.Start("tanstack.js", $"{Server.Address}agui/{Session}", """{"chat":"t"}""");
        await node.PrintsAsync(line => line.Contains("It is ", StringComparison.Ordinal));

        go.SetResult();
        await node.EndsAsync();

        node.Lines[^2].ShouldBe("""held [["user","Is it up?"],["assistant","I look. "],["assistant","(look)"],["assistant","It is up."]]""", string.Join('\n', node.Lines));
    }

    [Fact]
    public async Task Hydrate_GetsTheConversation_AndTheRunThatGoesOn()
    {
        await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync("a1", "It is ", cancellationToken: stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var stream = await PostAsync(Input("r1"));
        await stream.ReadUntilAsync(item => TypeOf(item) == "TEXT_MESSAGE_CONTENT");

        var lines = await RunAsync(Server.Address, """{"hydrate":"t"}""");

        var hydrated = JsonElement.Parse(lines[0]["hydrated ".Length..]);
        hydrated.GetProperty("messages").GetRawText().ShouldBe("""[{"id":"m1","role":"user","parts":[{"type":"text","content":"Is it up?"}]},{"id":"a1","role":"assistant","parts":[{"type":"text","content":"It is "}]}]""");
        hydrated.GetProperty("activeRun").GetProperty("runId").GetString().ShouldBe("r1");
    }

    [Fact]
    public async Task Hydrate_GetsWhatTheRunWaitsFor()
    {
        await HostAsync((run, stop) => run.ApproveAsync("c1", "restart", new { }, "It restarts a server."));
        await AllAsync(Input("r1"));

        var lines = await RunAsync(Server.Address, """{"hydrate":"t"}""");

        var interrupts = JsonElement.Parse(lines[0]["hydrated ".Length..]).GetProperty("interrupts");
        interrupts.GetProperty("runId").GetString().ShouldBe("r1");
        interrupts.GetProperty("pending").EnumerateArray().Single().GetProperty("message").GetString().ShouldBe("It restarts a server.");
    }

    private async Task<IReadOnlyList<string>> RunAsync(Uri address, params string[] steps)
    {
        await using var node = NodeScript.Start("tanstack.js", [$"{address}agui/{Session}", .. steps]);
        await node.EndsAsync();
        node.Lines[^1].ShouldBe("done", string.Join('\n', node.Lines));
        return node.Lines;
    }

    private static IEnumerable<string> ToldTypes(IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith("chunk ", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["chunk ".Length..]).GetProperty("type").GetString()!);
}
