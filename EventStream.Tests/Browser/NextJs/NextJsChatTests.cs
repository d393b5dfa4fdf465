using EventStream.Tests.AiSdk;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The example's pages for the AI SDK, CopilotKit and TanStack AI, on two nodes behind a proxy: tabs of one browser, on one session.</summary>
[Collection(nameof(NextJsCollection))]
[Needs(Need.Redis, Need.Browser, Need.NextJs)]
public sealed class NextJsChatTests(NextJsSite site) : IAsyncLifetime
{
    private static readonly string[] Chats = ["chat", "copilot", "tanstack"];

    private readonly string _session = NextJsSite.NewSession();
    private readonly List<string> _complaints = [];
    private RedisServer _redis = null!;
    private RestartableServer[] _nodes = [];
    private RoundRobinProxy _proxy = null!;
    private NextJsApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Chromium.SkipWithout();
        RedisServer.SkipUnlessOwn();
        _redis = await RedisServer.StartOwnAsync();
        _nodes = [.. Enumerable.Range(0, 2).Select(_ => new RestartableServer($"--ConnectionStrings:Redis={_redis.ConnectionString}", "--environment=Development"))];
        await Task.WhenAll(_nodes.Select(node => node.StartAsync(Cancel)));
        _proxy = new RoundRobinProxy([.. _nodes.Select(node => node.Port)]);
        _app = await NextJsApp.StartAsync(_proxy.Address, key: null, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_proxy is not null) await _proxy.DisposeAsync();
        foreach (var node in _nodes) await node.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Pages_EndWithTheSameText_ThroughReloads_AndTheDeathOfEachNode()
    {
        await using var agent = await WordAgent.StartAsync(services => services.AddEventDispatcher(options => options.Redis = _redis.ConnectionString), "assistant");
        var events = await OpenAsync((await site.NewPageAsync()).Context, "");
        var pages = new List<IPage>();
        foreach (var name in Chats) pages.Add(await OpenAsync(events.Context, name));
        foreach (var page in pages) await StandsAsync(page, "Ready.");

        await AskAsync(pages[0], "One gate:a two gate:b three gate:c four");
        await ShowAsync("One ");
        foreach (var page in (IPage[])[events, .. pages]) await page.ReloadAsync();
        await ShowAsync("One ");
        foreach (var (node, gate, text) in ((RestartableServer, string, string)[])[(_nodes[0], "a", "One two "), (_nodes[1], "b", "One two three ")])
        {
            await node.KillAsync();
            agent.Open(gate);
            await ShowAsync(text);
            await node.StartAsync(Cancel);
        }
        agent.Open("c");
        await ShowAsync("One two three four ");
        foreach (var (page, question) in pages.Skip(1).Zip(["Five gate:d six", "Seven gate:e eight"]))
        {
            foreach (var each in pages) await StandsAsync(each, "Ready.");
            await AskAsync(page, question);
            var words = question.Split(' ');
            await ShowAsync($"{words[0]} ");
            agent.Open(words[1][^1..]);
            await ShowAsync($"{words[0]} {words[2]} ");
        }

        string[] whole = ["One gate:a two gate:b three gate:c four", "One two three four ", "Five gate:d six", "Five six ", "Seven gate:e eight", "Seven eight "];
        foreach (var page in pages) await HoldsAsync(page, whole);
        foreach (var page in pages)
        {
            await page.ReloadAsync();
            await StandsAsync(page, "Ready.");
            await HoldsAsync(page, whole);
        }
        await AskAsync(pages[2], "Nine ask ten");
        foreach (var page in pages) await Approve(page).WaitForAsync();
        await pages[0].ReloadAsync();
        await Assertions.Expect(pages[0].Locator("article.assistant").Last).ToContainTextAsync("Nine");
        await Approve(pages[0]).ClickAsync();
        foreach (var page in pages)
        {
            await StandsAsync(page, "Ready.");
            await Assertions.Expect(page.Locator("article.assistant").Last).ToContainTextAsync("ten");
        }
        await AskAsync(pages[0], "Eleven fail");
        foreach (var page in pages) await Assertions.Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "It failed." })).ToBeVisibleAsync();
        _complaints.ShouldBeEmpty();

        async Task ShowAsync(string text)
        {
            foreach (var page in pages) await Assertions.Expect(page.Locator("article.assistant").Last).ToHaveTextAsync(text);
            await events.GetByRole(AriaRole.Log).GetByText(text.Trim(), new() { Exact = true }).WaitForAsync();
        }
    }

    [Fact]
    public async Task Pages_SayThatNoAgentListens_AndThatTheServerIsAway()
    {
        foreach (var name in Chats)
        {
            var page = await OpenAsync((await site.NewPageAsync()).Context, name, $"{_session}-{name}");
            await StandsAsync(page, "Ready.");
            await AskAsync(page, "Anybody there?");
            await StandsAsync(page, "Waits for assistant: is an agent of that name running?");
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).WaitForAsync();
        }
        foreach (var node in _nodes) await node.KillAsync();
        foreach (var name in Chats)
        {
            var page = await OpenAsync((await site.NewPageAsync()).Context, name);
            await StandsAsync(page, "EventStream can't be reached.");
            await AskAsync(page, "Anybody there?");
            await page.GetByRole(AriaRole.Alert).GetByText("EventStream can't be reached.").WaitForAsync();
        }
    }

    private async Task<IPage> OpenAsync(IBrowserContext context, string name, string? session = null)
    {
        var page = await context.NewPageAsync();
        // CopilotKit's client lets the end of a cut connection escape.
        page.PageError += (_, error) => { if (!error.Contains("network error", StringComparison.Ordinal)) _complaints.Add($"{name}: {error}"); };
        await page.GotoAsync(new Uri(_app.Address, $"/{name}?session={session ?? _session}").ToString());
        return page;
    }

    private static async Task AskAsync(IPage page, string question)
    {
        await page.GetByLabel("Question").FillAsync(question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
    }

    private static ILocator Approve(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Approve" });

    private static Task StandsAsync(IPage page, string words) => page.GetByRole(AriaRole.Status).GetByText(words).WaitForAsync();

    private static Task HoldsAsync(IPage page, string[] texts) => Assertions.Expect(page.Locator("article")).ToHaveTextAsync(texts);
}
