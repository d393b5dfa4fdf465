using System.Text.Json;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>A server over Redis, its page in Chromium, and a session of the test's own.</summary>
[Needs(Need.Redis, Need.Browser, Need.Inspector)]
public abstract class BrowserTest(Chromium chromium, RedisServer redis) : IAsyncLifetime
{
    private readonly List<string> _faults = [];
    private IBrowserContext? _context;

    private protected TestServer Server { get; private set; } = null!;

    private protected IPage Page { get; private set; } = null!;

    private protected virtual string Session { get; } = $"browser-{Guid.NewGuid():N}";

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The options of the page's browser context.</summary>
    private protected virtual BrowserNewContextOptions Options => new() { ViewportSize = new() { Width = 1440, Height = 900 }, ColorScheme = ColorScheme.Light };

    private protected Dictionary<string, string> Redis => new() { ["ConnectionStrings:Redis"] = redis.ConnectionString };

    /// <summary>The server's settings.</summary>
    private protected virtual Dictionary<string, string> Settings => new(Redis) { ["Access:Hosts"] = Chromium.PublicName };

    private protected ILocator Rows => Page.GetByRole(AriaRole.Log, new() { Name = "What the agents did" }).Locator("ol > li");

    private protected ILocator Frames => Page.GetByRole(AriaRole.Listbox, new() { Name = "Raw frames" });

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        _context = await chromium.NewContextAsync(Options);
        Page = await NewPageAsync(_context);
        Server = TestServer.Start(Settings);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_context is not null) await _context.DisposeAsync();
        if (Server is not null) await Server.DisposeAsync();
        _faults.ShouldBeEmpty();
    }

    private protected Task OpenAsync(string path) => Page.GotoAsync(new Uri(Server.Address, path).ToString());

    /// <summary>Opens the session's page, and waits until it is connected.</summary>
    private protected async Task WatchAsync(string query = "")
    {
        await OpenAsync($"/events/{Session}{query}");
        await LiveAsync();
    }

    // Of a session without events the page says that, in place of "Live".
    private protected Task LiveAsync() => Assertions.Expect(State()).ToHaveAttributeAsync("data-state", "open");

    private protected ILocator State() => Page.Locator(".state");

    /// <summary>Publishes events over HTTP.</summary>
    private protected async Task PublishAsync(params object[] events)
    {
        foreach (var batch in events.Chunk(1000))
        {
            var answer = await Server.PostAsync($"/events/{Session}", JsonSerializer.Serialize(batch));
            answer.Status.ShouldBe(System.Net.HttpStatusCode.OK, answer.Text);
        }
    }

    private protected static object[] Notes(int count, int first = 1) =>
        [.. Enumerable.Range(first, count).Select(number => new { type = "note", payload = new { text = $"note {number}" } })];

    private protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private protected ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new() { Name = name });

    private protected Task ShowsEventsAsync(string count) => Assertions.Expect(Page.Locator(".summary dd").First).ToHaveTextAsync(count);

    /// <summary>Takes a picture into artifacts/screenshots.</summary>
    private protected async Task ShootAsync(string name)
    {
        var folder = Repository.PathOf("artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
    }

    /// <summary>Checks the page with axe-core.</summary>
    private protected async Task ShouldBeAccessibleAsync(string what)
    {
        var axe = Repository.PathOf("clients", "typescript", "node_modules", "axe-core", "axe.min.js");
        // The debugger runs the script, so the page's policy doesn't block it.
        await Page.EvaluateAsync(await File.ReadAllTextAsync(axe, Cancel) + ";undefined");
        var violations = await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })).violations
                .map(violation => `${violation.id}: ${violation.help}: ${violation.nodes.map(node => node.html.slice(0, 200)).join(" | ")}`)
            """);
        violations.ShouldBeEmpty(what);
    }

    /// <summary>Whether a console message is a fault. A test that provokes errors overrides it.</summary>
    private protected virtual bool IsFault(IConsoleMessage message) => message.Type == "error";

    private async Task<IPage> NewPageAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, message) =>
        {
            if (IsFault(message)) _faults.Add(message.Text);
        };
        return page;
    }
}
