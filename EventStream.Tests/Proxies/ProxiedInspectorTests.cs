using System.Net;
using EventStream.Tests.Browser;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Proxies;

/// <summary>The pages of the server behind nginx, in a browser.</summary>
[Needs(Need.Nginx, Need.Browser, Need.Inspector)]
public sealed class ProxiedInspectorTests : IClassFixture<PatientNginxSite>, IAsyncLifetime
{
    private readonly NginxSite _site;
    private readonly Chromium _chromium;
    private readonly List<string> _faults = [];
    private IBrowserContext? _context;

    public ProxiedInspectorTests(PatientNginxSite site, Chromium chromium)
    {
        NginxProcess.SkipWithout();
        (_site, _chromium) = (site, chromium);
    }

    private IPage Page { get; set; } = null!;

    private ILocator Rows => Page.GetByRole(AriaRole.Log, new() { Name = "What the agents did" }).Locator("ol > li");

    public async ValueTask InitializeAsync()
    {
        _context = await _chromium.NewContextAsync(new() { BaseURL = _site.Address.ToString(), ViewportSize = new() { Width = 1440, Height = 900 } });
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _faults.Add(error);
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400) _faults.Add($"{response.Status} {response.Url}");
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null) await _context.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(NginxSite.Prefixes), MemberType = typeof(NginxSite))]
    public async Task Inspector_OpensASession_ShowsItAndPublishes(string prefix)
    {
        var session = $"s-{Guid.NewGuid():N}";
        // Without the slash at its end, as people type it.
        await Page.GotoAsync(prefix.Length == 0 ? "/" : prefix);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Play demo" }).ClickAsync();
        await Assertions.Expect(Page.Locator(".state")).ToHaveTextAsync("Live");
        new Uri(Page.Url).AbsolutePath.ShouldStartWith($"{prefix}/events/");
        await Assertions.Expect(Rows.First).ToBeVisibleAsync();

        await Page.GotoAsync($"{prefix}/events/{session}");
        await Assertions.Expect(Page.Locator(".state")).ToHaveTextAsync("Nothing yet");
        using var content = new StringContent("""{"type":"note","payload":{"text":"through the proxy"}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await _site.Client.PostAsync($"{prefix}/events/{session}", content, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Assertions.Expect(Rows.Filter(new() { HasText = "through the proxy" })).ToHaveCountAsync(1);

        await Page.GetByRole(AriaRole.Link, new() { Name = "EventStream, all sessions" }).ClickAsync();
        await Assertions.Expect(Page.GetByText(session)).ToBeVisibleAsync();
        new Uri(Page.Url).AbsolutePath.ShouldBe($"{prefix}/");
        _faults.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(NginxSite.Prefixes), MemberType = typeof(NginxSite))]
    public async Task Scalar_ShowsTheApi(string prefix)
    {
        await Page.GotoAsync($"{prefix}/");
        await Page.GetByRole(AriaRole.Link, new() { Name = "The API" }).ClickAsync();
        await Assertions.Expect(Page.GetByText("Publish events to a session").First).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByText($"{_site.Address.GetLeftPart(UriPartial.Authority)}{prefix}", new() { Exact = true }).First).ToBeVisibleAsync();
        _faults.ShouldBeEmpty();
    }
}
