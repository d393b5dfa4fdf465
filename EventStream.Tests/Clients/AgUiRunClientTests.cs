using EventStream.Dispatching;
using EventStream.Tests.AgUi;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>The client of AG-UI, of today and of the line that CopilotKit pins, as apps run agents with it.</summary>
[Needs(Need.NodeClients)]
public sealed class AgUiRunClientTests : AgUiContext
{
    public static TheoryData<string> Versions => ["1", "0"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task HttpAgent_RunsAgents_AndObjectsToNothing(string version)
    {
        await HostAsync(SayAsync);

        var lines = await RunAsync(version, Url, """{"runId":"r1","say":"Is it up?"}""", """{"runId":"r2","say":"And now?"}""");

        lines.Where(line => line.StartsWith("ended", StringComparison.Ordinal)).Last().ShouldBe(
            """ended [["user","Is it up?"],["assistant","It is up."],["assistant",["look"]],["tool","up"],["user","And now?"],["assistant","It is up."],["assistant",["look"]],["tool","up"]]""");
        Objections(lines).ShouldBeEmpty();
        (await TypesAsync()).Count(type => type == "message_created").ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task HttpAgent_EndsWithTheSameMessages_WhenItPostsAgainAfterACut_WhereverThatIs(string version)
    {
        await HostAsync(SayAsync);
        var whole = await RunAsync(version, Url, """{"runId":"r0","say":"Is it up?"}""");
        var frames = whole.Count(line => line.StartsWith("event ", StringComparison.Ordinal));

        for (var cut = 1; cut < frames; cut++)
        {
            await using var cutter = FrameCutter.Start(Server.Address, stream => stream == 1 ? cut : null, TestContext.Current.CancellationToken);
            var (run, session) = ($"r{cut}", $"cut-{version}-{cut}-{Session}");
            var lines = await RunAsync(version, $"{cutter.Address}agui/{session}", $$"""{"runId":"{{run}}","say":"Is it up?"}""", $$"""{"runId":"{{run}}"}""");

            lines.ShouldContain(line => line.StartsWith("failed", StringComparison.Ordinal), $"cut after {cut}");
            lines[^2].ShouldBe(whole[^2], $"cut after {cut}");
            Objections(lines).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("1", """outcome {"type":"cancelled"}""")]
    [InlineData("0", """outcome {"cancelled":true}""")]
    public async Task HttpAgent_IsToldThatItsRunWasStopped(string version, string outcome)
    {
        await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop));
        await using var node = NodeScript.Start("agui-run.js", version, Url, """{"runId":"r1","say":"Is it up?"}""");
        await Eventually.TrueAsync(async () => (await TypesAsync()).Contains("run_started"), TestContext.Current.CancellationToken);

        await Server.PostAsync($"/sessions/{Session}/runs/r1/interrupt", "{}");
        await node.EndsAsync();

        node.Lines.ShouldContain(outcome);
        Objections(node.Lines).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1", "true")]
    [InlineData("1", "false")]
    [InlineData("0", "true")]
    public async Task HttpAgent_AnswersAQuestion_AndGoesOn(string version, string answer)
    {
        await HostAsync(async (run, stop) =>
        {
            await run.Events.ToolCallStartedAsync("c1", "restart", new { name = "web" }, cancellationToken: stop);
            var said = await run.ApproveAsync("c1", "restart", new { name = "web" });
            await run.Events.ToolCallResultAsync("c1", "restart", said.IsApproved ? "restarted" : "refused", cancellationToken: stop);
        });

        var lines = await RunAsync(version, Url, """{"runId":"r1","say":"Restart it."}""", $$"""{"runId":"r2","answer":{{answer}}}""");

        lines[^2].ShouldBe($"""ended [["user","Restart it."],["assistant",["restart"]],["tool","{(answer == "true" ? "restarted" : "refused")}"]]""");
        Objections(lines).ShouldBeEmpty();
    }

    private string Url => $"{Server.Address}agui/{Session}";

    private static async Task<IReadOnlyList<string>> RunAsync(string version, string url, params string[] steps)
    {
        await using var node = NodeScript.Start("agui-run.js", [version, url, .. steps]);
        await node.EndsAsync();
        node.Lines[^1].ShouldBe("done", string.Join('\n', node.Lines));
        return node.Lines;
    }

    private static string[] Objections(IEnumerable<string> lines) => [.. lines.Where(line => line.StartsWith("warning", StringComparison.Ordinal))];

    private async Task<string[]> TypesAsync() =>
        [.. (await Server.GetAsync($"/events/{Session}/history?limit=1000")).Json.GetProperty("events").EnumerateArray().Select(next => next.GetProperty("type").GetString()!)];
}
