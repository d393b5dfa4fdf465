using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>How the parts of the page lead to each other, and addresses to all of them.</summary>
public sealed class LinkTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private ILocator TreeRows => Page.GetByRole(AriaRole.Tree, new() { Name = "Trace" }).GetByRole(AriaRole.Treeitem);

    private ILocator Detail => Page.GetByRole(AriaRole.Region, new() { Name = "Detail" });

    [Fact]
    public async Task Node_LeadsToItsEvents_AndTheirRowsBackToIt()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();
        await Tab("Trace").ClickAsync();
        await TreeRows.Filter(new() { HasText = "worker-0" }).Filter(new() { HasText = "run" }).First.ClickAsync();
        await Assertions.Expect(Detail).ToContainTextAsync("Run worker-0");

        await Button("Events").ClickAsync();
        await Assertions.Expect(Page.Locator(".scope")).ToContainTextAsync("Only run worker-0");
        await Assertions.Expect(Rows).ToHaveCountAsync(6);
        await ShouldBeAccessibleAsync("the events of a run");
        await Rows.Filter(new() { HasText = "sql_query" }).HoverAsync();
        await Rows.Filter(new() { HasText = "sql_query" }).GetByRole(AriaRole.Button, new() { Name = "In the trace" }).ClickAsync();

        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_0");
        await Assertions.Expect(TreeRows.And(Page.Locator("[aria-selected=true]"))).ToContainTextAsync("sql_query");
        await Tab("Timeline").ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await Button("Show all").ClickAsync();
        await Assertions.Expect(Page.Locator(".scope")).ToHaveCountAsync(0);
        (await Rows.CountAsync()).ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Address_SaysWhichSessionsTheListShows_AlsoWhenAReaderComesBackToIt()
    {
        await PublishAsync(NightSession.Events());
        await OpenAsync("/");
        await Button("Failed").ClickAsync();
        await Page.GetByLabel("Search sessions").FillAsync(Session);
        var row = Page.GetByRole(AriaRole.List, new() { Name = "Recent sessions" }).GetByRole(AriaRole.Link);
        await row.ClickAsync();
        await LiveAsync();
        Page.Url.ShouldNotContain("status=");
        await Page.GoBackAsync();

        await Assertions.Expect(Button("Failed")).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(Page.GetByLabel("Search sessions")).ToHaveValueAsync(Session);
        await Assertions.Expect(row).ToHaveCountAsync(1);
        Page.Url.ShouldEndWith($"/?q={Session}&status=failed");
    }

    [Fact]
    public async Task Address_LeadsToAFrame_AndToAPartOfTheAxis()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();
        await Tab("Frames").ClickAsync();
        await Frames.PressAsync("Home");
        await Frames.PressAsync("ArrowDown");
        await Assertions.Expect(Page.Locator(".frame-detail").GetByRole(AriaRole.Tree)).ToContainTextAsync("run_started");
        await Assertions.Expect(Page.Locator(".frame-detail").GetByRole(AriaRole.Button, new() { Name = "Copy link" })).ToBeVisibleAsync();

        await Page.ReloadAsync();
        await Assertions.Expect(Page.Locator(".frame-detail").GetByRole(AriaRole.Tree)).ToContainTextAsync("run_started");
        await Assertions.Expect(Frames.Locator("[aria-selected=true]")).ToBeInViewportAsync();
        await Tab("Trace").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        var ticks = await Page.Locator(".es-tick").AllInnerTextsAsync();
        Page.Url.ShouldContain("zoom=");
        await Page.ReloadAsync();
        await Assertions.Expect(Page.Locator(".es-tick")).ToHaveTextAsync(ticks);
        await Button("Whole").ClickAsync();
        Page.Url.ShouldNotContain("zoom=");
    }

    [Fact]
    public async Task Axis_DrawsSilenceShorter_AndSaysHowLongItWas()
    {
        var begin = DateTimeOffset.Parse("2026-11-30T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        object At(int second, string type, object payload) => new { type, run_id = "r", agent_id = "planner", payload, timestamp = begin.AddSeconds(second).ToString("O") };
        await PublishAsync(
            At(0, "run_started", new { run_id = "r" }),
            At(2, "tool_call_started", new { tool_call_id = "a", tool_name = "read_disk", args = new { } }),
            At(9, "tool_call_result", new { tool_call_id = "a", tool_name = "read_disk", result = 1 }),
            At(7209, "tool_call_started", new { tool_call_id = "b", tool_name = "backup", args = new { } }),
            At(7215, "tool_call_result", new { tool_call_id = "b", tool_name = "backup", result = 1 }),
            At(7216, "run_completed", new { run_id = "r" }));
        await WatchAsync("?tab=trace");

        await Assertions.Expect(Page.GetByRole(AriaRole.Img, new() { Name = "Nothing happened for 2 h 0 min; drawn shorter" })).ToBeVisibleAsync();
        var bar = await TreeRows.Filter(new() { HasText = "backup" }).Locator(".es-bar").BoundingBoxAsync();
        bar!.Width.ShouldBeGreaterThan(50);
        await ShouldBeAccessibleAsync("a gap of the axis");
    }

    [Fact]
    public async Task Phone_ShowsTheTreeOrItsDetail_WithAWayBack()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await PublishAsync(NightSession.Events());
        await WatchAsync("?tab=trace");
        await Assertions.Expect(TreeRows.First).ToBeVisibleAsync();
        await Assertions.Expect(Detail).ToBeHiddenAsync();

        await TreeRows.First.ClickAsync();
        await Assertions.Expect(Detail).ToContainTextAsync("Run orchestrator");
        await Assertions.Expect(TreeRows.First).ToBeHiddenAsync();
        await ShouldBeAccessibleAsync("a detail on a phone");
        await Button("← Tree").ClickAsync();
        await Assertions.Expect(TreeRows.First).ToBeVisibleAsync();
        (await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue("The page is wider than a phone.");
    }
}
