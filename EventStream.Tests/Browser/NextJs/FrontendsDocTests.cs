using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>What docs/frontends.md says of browsers, tried in one: pages of another origin than the server's.</summary>
[Collection(nameof(NextJsCollection))]
[Needs(Need.Redis, Need.Browser, Need.NextJs)]
public sealed partial class FrontendsDocTests(NextJsSite site)
{
    [Fact]
    public async Task EventSourceByHand_ShowsEachEventOnce_AcrossARestart_AndStopsAfterTheSession()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        var page = await RunAsync(ByHand(session));
        await site.PublishAsync(session, """{"type":"agent_message_delta","payload":{"message_id":"m1","delta":"Three"}}""");
        await site.PublishAsync(session, """{"type":"tool_call_started","payload":{"tool_call_id":"t1","tool_name":"ls","args":{}}}""");
        await site.PublishAsync(session, """{"type":"tool_call_result","payload":{"tool_call_id":"t1","tool_name":"ls","result":[],"error":null}}""");
        await PrintsAsync(page, "Three", "ls …", "done");

        await site.Server.KillAsync();
        await site.PublishAsync(session, """{"type":"agent_message_delta","payload":{"message_id":"m1","delta":"more"}}""");
        await site.Server.StartAsync(TestContext.Current.CancellationToken);
        await PrintsAsync(page, "Three", "ls …", "done", "more");

        await site.PublishAsync(session, """{"type":"session_ended","payload":{}}""");
        await Eventually.TrueAsync(() => site.Server.Ended("session_ended") > 0, TestContext.Current.CancellationToken);
        var after = await RunAsync(ByHand(session).Replace("from=earliest", $"last_event_id={await CursorAsync(session)}", StringComparison.Ordinal));
        await PrintsAsync(after, "The stream is over.");
        await PrintsAsync(page, "Three", "ls …", "done", "more");
    }

    [Theory]
    [InlineData("GET", """{ headers: { Accept: "text/event-stream", Authorization: "Bearer t", "Cache-Control": "no-cache", "Last-Event-ID": "0-0" } }""")]
    [InlineData("POST", """{ method: "POST", headers: { Authorization: "Bearer t", "Content-Type": "application/json" }, body: '{"type":"note","payload":{}}' }""")]
    public async Task Fetch_IsLetThrough_WithTheHeadersOfTheClient(string method, string request)
    {
        Chromium.SkipWithout();
        var page = await RunAsync("");
        var status = await page.EvaluateAsync<int>($"async (url) => (await fetch(url, {request})).status", $"{site.Server.Address}events/{NextJsSite.NewSession()}");
        status.ShouldBe(200, method);
    }

    private string ByHand(string session)
    {
        var code = Code().Match(File.ReadAllText(Repository.PathOf("docs", "frontends.md"))).Groups["code"].Value;
        code.ShouldContain("http://localhost:8000/events/demo");
        return code.Replace("http://localhost:8000/events/demo", $"{site.Server.Address}events/{session}", StringComparison.Ordinal);
    }

    private async Task<IPage> RunAsync(string code)
    {
        var page = await site.NewPageAsync();
        await page.GotoAsync("/icon.svg");
        await page.EvaluateAsync($$"""() => { window.printed = []; const print = (text) => window.printed.push(text); {{code}} }""");
        return page;
    }

    private async Task<string> CursorAsync(string session)
    {
        await using var client = await SseClient.OpenAsync(site.Client, $"/eventstream/events/{session}?from=earliest&close=session");
        return (await client.ReadToEndAsync())[^1].EventId!;
    }

    private static async Task PrintsAsync(IPage page, params string[] expected)
    {
        await Eventually.TrueAsync(async () => (await PrintedAsync()).Length >= expected.Length, TestContext.Current.CancellationToken);
        (await PrintedAsync()).ShouldBe(expected);

        Task<string[]> PrintedAsync() => page.EvaluateAsync<string[]>("() => window.printed");
    }

    [GeneratedRegex("```js\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
