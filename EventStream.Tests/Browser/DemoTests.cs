using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

public sealed class DemoTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    [Fact]
    public async Task Page_TellsTheRunAsItHappens_WhenTheDemoIsPlayed()
    {
        await OpenAsync("/?speed=8");
        await Page.EvaluateAsync("""
            globalThis.shifted = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value; }).observe({ type: "layout-shift" });
            // Records what appears too briefly for a test to query.
            globalThis.seen = {};
            (function look() {
                seen.text ||= document.querySelector(".es-streaming") !== null;
                seen.call ||= [...document.querySelectorAll(".es-row-tool .es-badge")].some(badge => badge.textContent === "Running");
                requestAnimationFrame(look);
            })();
            """);
        await Button("Play demo").ClickAsync();

        await Assertions.Expect(Page.Locator(".runs .es-badge")).ToHaveTextAsync(["Completed", "Completed", "Completed"]);
        await Assertions.Expect(Button("Play demo")).ToBeVisibleAsync();
        (await Page.EvaluateAsync<bool>("seen.text && seen.call")).ShouldBeTrue("A text that was still being said, and a call that still ran.");
        await Assertions.Expect(Rows.Last).ToContainTextAsync("Run completed");
        await Assertions.Expect(Page.Locator(".workflow li .visually-hidden")).ToHaveTextAsync(["completed", "completed", "completed", "completed"]);
        await Assertions.Expect(Rows.Filter(new() { HasText = "Done. Checkout was slow because migration 0412 dropped an index" })).ToHaveCountAsync(1);
        await Assertions.Expect(Page.GetByRole(AriaRole.Listbox, new() { Name = "Tool calls" }).GetByRole(AriaRole.Option)).ToHaveCountAsync(6);
        await Assertions.Expect(Page.GetByRole(AriaRole.Group, new() { Name = "Checkout p95 ms" })).ToContainTextAsync("162");
        (await Rows.AllInnerTextsAsync()).ShouldAllBe(row => !row.Contains("{\"", StringComparison.Ordinal));
        (await Page.EvaluateAsync<double>("globalThis.shifted")).ShouldBeLessThan(0.1);
    }

    [Fact]
    public async Task Demo_Stops_WhenItIsTold()
    {
        await WatchAsync("?speed=4");
        await Button("Play demo").ClickAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = "Workflow step started" }).First).ToBeVisibleAsync();

        await Button("Stop demo").ClickAsync();

        await Assertions.Expect(Button("Play demo")).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".runs .es-badge").First).ToHaveTextAsync("Running");
    }
}
