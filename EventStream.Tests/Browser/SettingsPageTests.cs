using EventStream.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>What a reader chooses for all pages.</summary>
public sealed class SettingsPageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private protected override BrowserNewContextOptions Options => new(base.Options) { TimezoneId = "Asia/Kolkata" };

    [Fact]
    public async Task Times_AreLocalOrUtc_WithDateAndMillisecondsOnHover_AndRemembered()
    {
        await PublishAsync(new { type = "note", payload = new { text = "a" }, timestamp = "2026-11-30T20:00:00.123Z" });
        await WatchAsync();
        await Assertions.Expect(Rows.Locator("time")).ToHaveTextAsync("01:30:00");
        await Assertions.Expect(Rows.Locator("time")).ToHaveAttributeAsync("title", "2026-12-01 01:30:00.123 +05:30");

        await Button("Local time").ClickAsync();
        await Assertions.Expect(Rows.Locator("time")).ToHaveTextAsync("20:00:00");
        await Page.ReloadAsync();
        await Assertions.Expect(Rows.Locator("time")).ToHaveTextAsync("20:00:00");
        await Assertions.Expect(Rows.Locator("time")).ToHaveAttributeAsync("title", "2026-11-30 20:00:00.123 UTC");
        await Assertions.Expect(Button("UTC")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SingleKeys_CanBeSwitchedOff_AndStaySo()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();
        await Page.Keyboard.PressAsync("?");
        await Page.GetByLabel("Single keys act").UncheckAsync();
        await Page.Keyboard.PressAsync("Escape");

        await Page.ReloadAsync();
        await ShowsEventsAsync("452");
        await Page.Keyboard.PressAsync("e");
        await Page.Keyboard.PressAsync("?");
        await Assertions.Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(Tab("Timeline")).ToHaveAttributeAsync("aria-selected", "true");
        await Button("Keys and settings").ClickAsync();
        await Page.GetByLabel("Single keys act").CheckAsync();
        await ShouldBeAccessibleAsync("the settings");
        await Page.Keyboard.PressAsync("Escape");
        await Page.Keyboard.PressAsync("e");
        await Assertions.Expect(Tab("Trace")).ToHaveAttributeAsync("aria-selected", "true");
    }
}
