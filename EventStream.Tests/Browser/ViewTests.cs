using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>How people use the page: pause it, filter it, switch sessions, use it by keyboard.</summary>
public sealed class ViewTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    [Fact]
    public async Task Pause_HoldsWhatComes_UntilItIsResumed()
    {
        await PublishAsync(Notes(3));
        await WatchAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(3);

        await Button("Pause").ClickAsync();
        await PublishAsync(Notes(5, first: 4));
        await Assertions.Expect(Page.Locator(".waiting")).ToHaveTextAsync("5 new events held.");
        await Assertions.Expect(Rows).ToHaveCountAsync(3);

        await Button("Resume").First.ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(8);
        await Assertions.Expect(Page.Locator(".waiting")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Filters_LeaveWhatIsAskedFor_InTimelineAndFrames()
    {
        await PublishAsync([.. Notes(3),
            new { type = "tool_call_started", payload = new { tool_call_id = "t1", tool_name = "read_disk", args = new { } } },
            new { type = "tool_call_result", payload = new { tool_call_id = "t1", tool_name = "read_disk", error = "no such disk" } },
            new { type = "agent_message_delta", payload = new { message_id = "m1", delta = "The disk is " } },
            new { type = "agent_message_delta", payload = new { message_id = "m1", delta = "gone." } }]);
        await WatchAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(5);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Tools" }).ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Messages" }).ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(2);
        await Button("Clear").ClickAsync();
        await Page.GetByLabel("Text to search for").FillAsync("disk is gone");
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await Assertions.Expect(Rows.First).ToContainTextAsync("The disk is gone.");
        await Page.GetByLabel("Text to search for").FillAsync("");
        await Page.GetByLabel("Type of event").SelectOptionAsync("note");
        await Assertions.Expect(Rows).ToHaveCountAsync(3);
        await Tab("Frames").ClickAsync();
        await Assertions.Expect(Tab("Frames")).ToContainTextAsync("3 of 8");
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);

        await PublishAsync(Notes(1, first: 4));
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option)).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task Sessions_AreListedAndOpened_WhenTheyBegan()
    {
        await PublishAsync(Notes(1));
        await OpenAsync("/");

        await Page.GetByRole(AriaRole.Link, new() { Name = Session }).ClickAsync();
        await LiveAsync();
        new Uri(Page.Url).AbsolutePath.ShouldBe($"/events/{Session}");
        await Assertions.Expect(Rows).ToHaveCountAsync(1);

        await Page.GetByTitle("Other sessions").ClickAsync();
        await Page.GetByLabel("Another session").FillAsync($"{Session}-2");
        await Button("Watch").ClickAsync();
        await Assertions.Expect(Page).ToHaveTitleAsync($"{Session}-2 · EventStream");
        await Assertions.Expect(Rows).ToHaveCountAsync(0);
        await Page.GoBackAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task DarkMode_FollowsTheSystem_UntilItIsChosen()
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await WatchAsync();
        (await BrightnessAsync()).ShouldBeLessThan(60);

        await Button("Dark mode").ClickAsync();
        (await BrightnessAsync()).ShouldBeGreaterThan(200);
        await Page.ReloadAsync();
        await LiveAsync();
        (await BrightnessAsync()).ShouldBeGreaterThan(200);
        await Assertions.Expect(Button("Dark mode")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [Fact]
    public async Task Page_IsUsable_ByKeyboardAlone()
    {
        await PublishAsync([.. Notes(30), new { type = "tool_call_started", payload = new { tool_call_id = "t1", tool_name = "read_disk", args = new { path = "/data" } } }]);
        await OpenAsync("/");

        await TabToAsync("Session");
        await Page.Keyboard.TypeAsync(Session);
        await Page.Keyboard.PressAsync("Enter");
        await LiveAsync();
        await TabToAsync("Timeline");
        await TabToAsync("Local time");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Rows.First.GetByRole(AriaRole.Tree)).ToContainTextAsync("note 1");
        for (var back = 0; back < 3; back++) await Page.Keyboard.PressAsync("Shift+Tab");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(Tab("Frames")).ToBeFocusedAsync();
        await TabToAsync("Local time");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Home");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(Page.Locator(".frame-detail").GetByRole(AriaRole.Tree)).ToContainTextAsync("note 1");
        await Page.Keyboard.PressAsync("End");
        await Assertions.Expect(Page.Locator(".frame-detail").GetByRole(AriaRole.Tree)).ToContainTextAsync("/data");
        await TabToAsync("Tool calls");
        await Assertions.Expect(Page.GetByRole(AriaRole.Listbox, new() { Name = "Tool calls" })).ToBeFocusedAsync();
    }

    // The focused element is identified by its label, placeholder or text.
    private async Task TabToAsync(string name)
    {
        for (var i = 0; i < 60; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            var focused = await Page.EvaluateAsync<string>("(e => [e.getAttribute('aria-label'), e.getAttribute('placeholder'), e.textContent].find(t => t) ?? '')(document.activeElement)");
            if (focused.StartsWith(name, StringComparison.Ordinal)) return;
        }
        throw new InvalidOperationException($"The Tab key never came to {name}.");
    }

    private Task<double> BrightnessAsync() =>
        Page.EvaluateAsync<double>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0) / 3");
}
