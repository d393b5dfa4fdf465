using System.Collections.Concurrent;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>The inspector with <c>?server=</c>.</summary>
public sealed class OtherServerTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    [Fact]
    public async Task Page_WatchesAListedServer_AndShowsItNothingOfItsOwn()
    {
        await using var other = TestServer.Start(new() { ["environment"] = "Development" });
        var settings = new Dictionary<string, string> { ["Inspector:Servers"] = $"https://events.example.org, {other.Address.GetLeftPart(UriPartial.Authority)}" };
        var key = AccessSite.AddKey(settings, "backend", "subscribe session:*");
        await using var own = TestServer.Start(settings);
        await other.PostAsync($"/events/{Session}", """{"type":"note","payload":{"text":"of the other"}}""");
        var asked = new ConcurrentQueue<IRequest>();
        Page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority == other.Address.Authority) asked.Enqueue(request);
        };

        await Page.GotoAsync(own.Address.ToString());
        await Page.EvaluateAsync($"sessionStorage.setItem('eventstream.credential', '{key}'); document.cookie = 'a=b'");
        await Page.GotoAsync(new Uri(own.Address, $"/events/{Session}?server={other.Address}").ToString());
        await LiveAsync();
        await Assertions.Expect(Rows).ToContainTextAsync(["of the other"]);
        await Page.GetByTitle("Other sessions").ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = Session })).ToBeVisibleAsync();

        asked.Count.ShouldBeGreaterThanOrEqualTo(2);
        foreach (var request in asked) (await request.AllHeadersAsync()).Keys.ShouldNotContain(name => name == "authorization" || name == "cookie");
    }

    [Fact]
    public async Task Page_IsKeptFromServersThatAreNotListed_ByItsPolicyToo()
    {
        await using var other = TestServer.Start(new() { ["environment"] = "Development" });
        await OpenAsync("/");
        (await Page.EvaluateAsync<string>($"fetch('{other.Address}sessions').then(() => 'read', () => 'refused')")).ShouldBe("refused");
        (await Page.EvaluateAsync<string>("fetch('/sessions').then(() => 'read', () => 'refused')")).ShouldBe("read");
    }

    // Chromium itself logs what the policy refuses, and each 401.
    private protected override bool IsFault(IConsoleMessage message) =>
        base.IsFault(message) && !message.Text.Contains("Content Security Policy", StringComparison.Ordinal) && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal) && !message.Text.Contains("Refused to connect", StringComparison.Ordinal);
}
