using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

public sealed class BadInputTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private protected override Dictionary<string, string> Settings => new(base.Settings) { ["Inspector:Servers"] = "http://localhost:9" };

    // Chromium itself logs every answer that isn't 200 and every refusal of CORS, which these tests provoke.
    private protected override bool IsFault(IConsoleMessage message) =>
        base.IsFault(message) && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal) && !message.Text.Contains("CORS policy", StringComparison.Ordinal);

    [Fact]
    public async Task Page_ShowsWhatCame_WhenTypesAreUnknownAndPayloadsWrong()
    {
        await PublishAsync(
            new { type = "deployment_note", payload = new { text = "any type of your own" } },
            new { type = "tool_call_started", payload = new { tool_call_id = 5, tool_name = Array.Empty<int>() } },
            new { type = "agent_message_delta", payload = new { } },
            new { type = "metrics_update", payload = new { cpu = new { a = 1 } } },
            new { type = "constructor", payload = new { message = "<img src=x onerror=alert(1)>" } });
        await WatchAsync();

        await Assertions.Expect(Rows).ToHaveCountAsync(5);
        await Assertions.Expect(Rows.First).ToContainTextAsync("Deployment note any type of your own");
        await Assertions.Expect(Rows.Last).ToContainTextAsync("<img src=x onerror=alert(1)>");
        await Rows.Nth(1).Locator("summary").ClickAsync();
        await Assertions.Expect(Rows.Nth(1).GetByRole(AriaRole.Tree)).ToContainTextAsync("tool_call_id: 5");
        await Tab("Frames").ClickAsync();
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option)).ToHaveCountAsync(6);
    }

    [Theory]
    [InlineData("/events/not%20an%20id", "The server answered 400: session_id must be 1 to 128 characters")]
    [InlineData("/events/broadcast", "The server answered 400")]
    [InlineData("/events/x?server=nonsense://", "?server=nonsense://, which is no server")]
    [InlineData("/events/x?server=http://127.0.0.1:1", "?server=http://127.0.0.1:1, which it may not watch: it shows its own server, and those that its server lists in Inspector:Servers. Open http://127.0.0.1:1 itself, or list it.")]
    [InlineData("/?server=https://events.example.org", "which it may not watch")]
    [InlineData("/events/x?server=http://localhost:9/events", "can't be reached")]
    public async Task Page_SaysWhatIsWrong_WhenTheAddressLeadsNowhere(string path, string words)
    {
        await OpenAsync(path);

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);
    }

    [Theory]
    [InlineData(401, "you aren't signed in, or the credentials have expired")]
    [InlineData(404, "there is no such stream there")]
    public async Task Page_SaysWhatIsWrong_WhenAProxyRefuses(int status, string words)
    {
        await Page.RouteAsync("**/events/*?heartbeat*", route => route.FulfillAsync(new() { Status = status, Body = "no", ContentType = "text/plain" }));
        await OpenAsync($"/events/{Session}");

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);

        await Page.UnrouteAllAsync();
        // A 401 makes the page ask for a key, which doesn't hide the rest for good.
        await Page.Keyboard.PressAsync("Escape");
        await Button("Try again").ClickAsync();
        await LiveAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sessions":[null]}""")]
    [InlineData("null")]
    [InlineData("<!doctype html>")]
    public async Task Page_SaysWhatIsWrong_WhenAnotherServerAnswersSomethingElse(string body)
    {
        await Page.RouteAsync("**/sessions?*", route => route.FulfillAsync(new() { Body = body, ContentType = "application/json" }));
        await Page.RouteAsync("**/events/*", route => route.Request.Method == "POST" ? route.FulfillAsync(new() { Body = body, ContentType = "application/json" }) : route.FallbackAsync());
        await OpenAsync("/");
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The answer isn't EventStream's");

        await WatchAsync();
        await Button("Publish").ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("The answer isn't EventStream's");
    }

    [Fact]
    public async Task Page_NamesTheSetting_WhenAnotherServerDoesNotAllowIt()
    {
        await using var other = TestServer.Start(new() { ["environment"] = "Production" });
        await using var server = TestServer.Start(new() { ["Inspector:Servers"] = other.Address.GetLeftPart(UriPartial.Authority) });

        await Page.GotoAsync(new Uri(server.Address, $"/events/{Session}?server={other.Address.GetLeftPart(UriPartial.Authority)}").ToString());
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cors:Origins");
        await Button("Play demo").ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert).Last).ToContainTextAsync("The demo stopped: No answer from");
    }

    [Fact]
    public async Task SessionForm_SaysTheRule_WhenAnIdBreaksIt()
    {
        await OpenAsync("/");

        await Page.GetByLabel("Session", new() { Exact = true }).FillAsync("a b");
        await Button("Watch").ClickAsync();

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("A session id has letters, digits and . _ : @ - only, not \" \".");
        new Uri(Page.Url).AbsolutePath.ShouldBe("/");
    }

    [Fact]
    public async Task PublishForm_SaysWhatIsWrong_UntilItIsRight()
    {
        await WatchAsync();
        await Button("Publish").ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        var outcome = dialog.GetByRole(AriaRole.Status);
        var payload = dialog.GetByLabel("Payload");
        var publish = dialog.GetByRole(AriaRole.Button, new() { Name = "Publish" });

        await payload.FillAsync("{oops");
        await publish.ClickAsync();
        await Assertions.Expect(outcome).ToContainTextAsync("The payload is no JSON");
        await dialog.GetByRole(AriaRole.Combobox).SelectOptionAsync("(a type of your own)");
        await dialog.GetByLabel("Name of the type").FillAsync("Not A Type");
        await publish.ClickAsync();
        await Assertions.Expect(outcome).ToContainTextAsync("type");
        await dialog.GetByRole(AriaRole.Combobox).SelectOptionAsync("run_failed");
        await publish.ClickAsync();
        await Assertions.Expect(outcome).ToContainTextAsync("Stored as");
        await publish.ClickAsync();
        await Assertions.Expect(outcome).ToContainTextAsync("run 'run_1' has ended");

        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator(".runs .es-badge")).ToHaveTextAsync("Failed");
    }
}
