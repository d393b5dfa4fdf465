using System.Collections.Concurrent;
using EventStream.Tests.Browser;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.OpenApi;

/// <summary>The page /scalar in a browser: it shows the API, and requests nothing from another host.</summary>
public sealed class ScalarPageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private readonly ConcurrentQueue<Uri> _requests = new();

    [Fact]
    public async Task Page_AsksItsOwnServerOnly_WhenItIsReadAndTried()
    {
        Page.Context.Request += (_, request) => _requests.Enqueue(new Uri(request.Url));
        // A name other than localhost: the page never uses its proxy for local names, so localhost wouldn't show that the proxy is off.
        var server = new UriBuilder(Server.Address) { Host = Chromium.PublicName }.Uri;

        await Page.GotoAsync(new Uri(server, "/scalar").ToString());
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "EventStream", Exact = true })).ToBeVisibleAsync();
        await ShootAsync("scalar");
        await TryHealthAsync();
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await ShootAsync("scalar-tried");

        var asked = _requests.Where(request => request.Scheme is not ("data" or "blob")).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', asked.Select(request => request.ToString()).Distinct()));
        asked.Select(request => request.AbsolutePath).ShouldContain("/openapi/v1.json");
        asked.Select(request => request.AbsolutePath).ShouldContain("/health/live");
        asked.ShouldAllBe(request => request.Authority == server.Authority);
        (await ResourcesAsync()).ShouldAllBe(resource => new Uri(resource).Authority == server.Authority);
    }

    private async Task TryHealthAsync()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Health", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Test Request (get /health/live)" }).ClickAsync();
        var answered = Page.WaitForResponseAsync("**/health/live");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send Request" }).ClickAsync();
        (await answered).Ok.ShouldBeTrue();
    }

    // The browser's own list of what the page loaded.
    private Task<string[]> ResourcesAsync() =>
        Page.EvaluateAsync<string[]>("performance.getEntriesByType('resource').map(entry => entry.name).filter(name => /^https?:/.test(name))");
}
