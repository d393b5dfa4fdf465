using EventStream.Tests.AiSdk;
using EventStream.Tests.Browser;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>A page with <c>useChat</c> of <c>@ai-sdk/react</c> in Chromium, on two nodes over Redis behind a proxy.</summary>
[Needs(Need.Redis, Need.Browser, Need.NodeClients)]
[Collection(nameof(NonParallelCollection))]
public sealed class UseChatTests(Chromium chromium) : IAsyncLifetime
{
    private const string Chat = "c";

    private RedisServer _redis = null!;
    private RestartableServer[] _nodes = [];
    private RoundRobinProxy _proxy = null!;
    private LoopbackServer _pages = null!;
    private IBrowserContext _context = null!;
    private WordAgent _agent = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        RedisServer.SkipUnlessOwn();
        _redis = await RedisServer.StartOwnAsync(isDurable: true);
        _nodes = [.. Enumerable.Range(0, 2).Select(_ => new RestartableServer($"--ConnectionStrings:Redis={_redis.ConnectionString}", "--environment=Development"))];
        foreach (var node in _nodes) await node.StartAsync(Cancel);
        _proxy = new RoundRobinProxy([.. _nodes.Select(node => node.Port)]);
        var script = await NodeScript.BundleAsync("page.mjs");
        _pages = await LoopbackServer.StartAsync(context => SendAsync(context, script), Cancel);
        _context = await chromium.NewContextAsync(new());
        _agent = await WordAgent.StartAsync(services => services.AddEventDispatcher(options => options.Redis = _redis.ConnectionString), "assistant");
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        if (_context is not null) await _context.DisposeAsync();
        if (_pages is not null) await _pages.DisposeAsync();
        if (_proxy is not null) await _proxy.DisposeAsync();
        foreach (var node in _nodes) await node.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Pages_EndWithTheSameText_ThroughAReload_ASecondTab_InTheBackground_TheDeathOfANode_AndARestartOfRedis()
    {
        var first = await OpenAsync();
        await SayAsync(first, "One gate:a two gate:b three gate:c four");
        await Assertions.Expect(Answer(first)).ToHaveTextAsync("One ");
        var second = await OpenAsync();
        await Assertions.Expect(Answer(second)).ToHaveTextAsync("One ");
        await first.ReloadAsync();
        await Assertions.Expect(Answer(first)).ToHaveTextAsync("One ");

        var tab = await StoppedAsync(second);
        await _nodes[0].KillAsync();
        _agent.Open("a");
        await Assertions.Expect(Answer(first)).ToHaveTextAsync("One two ");
        await tab.SendAsync("Debugger.disable");
        foreach (var page in (IPage[])[first, second]) await Assertions.Expect(Answer(page)).ToHaveTextAsync("One two ");
        await _nodes[0].StartAsync(Cancel);
        await _redis.StopAsync();
        await _redis.StartAsync();
        _agent.Open("b");
        foreach (var page in (IPage[])[first, second]) await Assertions.Expect(Answer(page)).ToHaveTextAsync("One two three ");
        await _nodes[1].KillAsync();
        _agent.Open("c");
        foreach (var page in (IPage[])[first, second])
        {
            await Assertions.Expect(Answer(page)).ToHaveTextAsync("One two three four ");
            await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("ready");
        }
    }

    [Fact]
    public async Task Page_StopsTheRun_AndGoesOnWithTheNext()
    {
        var page = await OpenAsync();
        await SayAsync(page, "One gate:never two");
        await Assertions.Expect(Answer(page)).ToHaveTextAsync("One ");
        await page.Locator("#stop").ClickAsync();
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("ready");
        await SayAsync(page, "Three");
        await Assertions.Expect(Answer(page)).ToHaveTextAsync(["One ", "Three "]);
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("ready");
    }

    /// <summary>Stops a page's scripts at the next that would run, as browsers do with tabs in the background, until the debugger leaves.</summary>
    private async Task<ICDPSession> StoppedAsync(IPage page)
    {
        var tab = await _context.NewCDPSessionAsync(page);
        var stopped = new TaskCompletionSource();
        tab.Event("Debugger.paused").OnEvent += (_, _) => stopped.TrySetResult();
        // Something that runs soon, since nothing else may for seconds.
        await page.EvaluateAsync("setInterval(() => {}, 100)");
        await tab.SendAsync("Debugger.enable");
        await tab.SendAsync("Debugger.pause");
        await stopped.Task.WaitAsync(Timeouts.Default, Cancel);
        return tab;
    }

    private static async Task SayAsync(IPage page, string text)
    {
        await page.Locator("input").FillAsync(text);
        await page.Locator("#send").ClickAsync();
    }

    private static ILocator Answer(IPage page) => page.Locator(".assistant");

    private async Task<IPage> OpenAsync()
    {
        var page = await _context.NewPageAsync();
        await page.GotoAsync($"{_pages.Address}?server={_proxy.Address}&chat={Chat}");
        await Assertions.Expect(page.Locator("#send")).ToBeVisibleAsync();
        return page;
    }

    private static Task SendAsync(HttpContext context, string script)
    {
        var isScript = context.Request.Path == "/page.js";
        context.Response.ContentType = isScript ? "text/javascript" : "text/html";
        return context.Response.WriteAsync(isScript ? script : """<!doctype html><title>Chat</title><body><script type="module" src="/page.js"></script>""", context.RequestAborted);
    }
}
