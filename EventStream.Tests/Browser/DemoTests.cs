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
            """);
        await Button("Play demo").ClickAsync();

        // On the way: a message that is still being said, a call that still runs.
        await Assertions.Expect(Button("Stop demo")).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".es-streaming").First).ToBeVisibleAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = "docker_list_containers" })).ToContainTextAsync("Running");

        // And at its end.
        await Assertions.Expect(Button("Play demo")).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".runs .es-badge")).ToHaveTextAsync(["Completed", "Completed", "Completed"]);
        await Assertions.Expect(Page.Locator(".workflow li .visually-hidden")).ToHaveTextAsync(["completed", "completed", "completed", "completed"]);
        await Assertions.Expect(Rows.Last).ToContainTextAsync("Run completed");
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
        await Assertions.Expect(Rows.Filter(new() { HasText = "Workflow step started" })).ToHaveCountAsync(1);

        await Button("Stop demo").ClickAsync();

        await Assertions.Expect(Button("Play demo")).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".runs .es-badge").First).ToHaveTextAsync("Running");
    }
}
