using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>Makes the pictures of the README in artifacts/screenshots, or with EVENTSTREAM_WRITE_SCREENSHOTS=1 in docs/images, and checks each with axe-core.</summary>
public sealed class ScreenshotTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private const int MaxBytes = 250_000;

    private static readonly bool IsWanted = Environment.GetEnvironmentVariable("EVENTSTREAM_WRITE_SCREENSHOTS") == "1";

    // The name is visible in the pictures.
    private protected override string Session => "checkout-is-slow";

    [Fact]
    public async Task Inspector_IsAccessible_InLightAndDarkAndOnAPhone()
    {
        // An earlier run may have left events when the Redis outlives the tests.
        await Server.DeleteAsync($"/events/{Session}");
        // The picture shows the middle of the story: the index is being created.
        await WatchAsync("?speed=3");
        await Button("Play demo").ClickAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = "create_index" })).ToContainTextAsync("46 %");
        await Button("Stop demo").ClickAsync();
        await Assertions.Expect(Button("Play demo")).ToBeVisibleAsync();

        await PictureAsync("inspector-light");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PictureAsync("inspector-dark");
        await Tab("Frames").ClickAsync();
        await Frames.PressAsync("ArrowUp");
        await PictureAsync("inspector-frames");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Tab("Trace").ClickAsync();
        await Page.GetByRole(AriaRole.Treeitem).Filter(new() { HasText = "create_index" }).ClickAsync();
        await PictureAsync("inspector-trace");
        await Tab("Timeline").ClickAsync();
        await Button("Show all").ClickAsync();
        await Page.SetViewportSizeAsync(390, 844);
        await PictureAsync("inspector-phone");
        (await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue("The page is wider than a phone.");

        await OpenAsync("/");
        // Tests beside this one begin sessions in the same Redis, so its own may be off the list.
        await Assertions.Expect(Page.GetByRole(AriaRole.List, new() { Name = "Recent sessions" }).GetByRole(AriaRole.Link).First).ToBeVisibleAsync();
        await ShouldBeAccessibleAsync("start page");
    }

    private async Task PictureAsync(string name)
    {
        await ShouldBeAccessibleAsync(name);
        var folder = IsWanted ? Repository.PathOf("docs", "images") : Repository.PathOf("artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        var picture = await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
        picture.Length.ShouldBeLessThan(MaxBytes);
    }
}
