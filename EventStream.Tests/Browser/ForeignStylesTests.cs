using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>The components look the same in any page, whatever its style sheet says of buttons, lists, code and all sections.</summary>
[Needs(Need.Browser, Need.Inspector)]
public sealed class ForeignStylesTests(Chromium chromium, ComponentPages pages) : IClassFixture<ComponentPages>, IAsyncLifetime
{
    private const int MaxShown = 20;

    private IBrowserContext _context = null!;

    private IPage Page { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _context = await chromium.NewContextAsync(new() { ViewportSize = new() { Width = 1300, Height = 1000 } });
        Page = await _context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null) await _context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Components_LookAsInAPageWithoutStyles(ColorScheme scheme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        var expected = await StylesAsync("bare");
        expected.Count.ShouldBeGreaterThan(200);

        foreach (var name in ComponentPages.WithStyles)
        {
            var styles = await StylesAsync(name);
            await ShootAsync($"{name}-{scheme}");
            styles.Keys.ShouldBe(expected.Keys, name);
            var differences = styles.SelectMany(element => element.Value
                .Where(style => expected[element.Key][style.Key] != style.Value)
                .Select(style => $"{name}: {element.Key}: {style.Key} is {style.Value} in place of {expected[element.Key][style.Key]}"));
            differences.Take(MaxShown).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Buttons_LookTheSame_UnderThePointer_WithTheFocus_AndFollowTheThemeOfThePage()
    {
        await OpenAsync("bare");
        var expected = await ButtonAsync();
        expected.Distinct().Count().ShouldBe(3, "A button shows the pointer and the focus.");

        foreach (var name in ComponentPages.WithStyles)
        {
            await OpenAsync(name);
            (await ButtonAsync()).ShouldBe(expected, name);
        }

        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Page.EvaluateAsync("document.documentElement.dataset.theme = 'light'");
        (await ButtonAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task Texts_BeginWhereTheyAreReadFrom_InAPageThatIsReadFromTheRight()
    {
        await OpenAsync("bare");
        await Page.EvaluateAsync("document.documentElement.dir = 'rtl'");
        await ShootAsync("from-the-right");

        var axis = Page.Locator("[data-component=Waterfall] .es-tick");
        var (first, second) = (await axis.Nth(0).BoundingBoxAsync(), await axis.Nth(1).BoundingBoxAsync());
        first!.X.ShouldBeGreaterThan(second!.X, "Time runs from the right.");
        var names = Page.Locator("[data-component=Waterfall] .es-trace-row");
        var (name, bar) = (await names.First.Locator(".es-mark").BoundingBoxAsync(), await names.First.Locator(".es-bar").BoundingBoxAsync());
        name!.X.ShouldBeGreaterThan(bar!.X);
        (await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue("Nothing stands beside the page.");

        var tree = Page.GetByRole(AriaRole.Tree, new() { Name = "Runs" });
        await tree.FocusAsync();
        await Page.Keyboard.PressAsync("Home");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(7);
    }

    // Into artifacts/screenshots, to be looked at.
    private Task<byte[]> ShootAsync(string name) => Page.ScreenshotAsync(new() { Path = Repository.PathOf("artifacts", "screenshots", $"components-{name}.png"), FullPage = true });

    private async Task OpenAsync(string name)
    {
        await Page.GotoAsync(new Uri(pages.Address, $"{name}.html").ToString());
        await Assertions.Expect(Page.Locator("[data-component=MessageView] .es-markdown")).ToBeVisibleAsync();
        // The sizes follow the page's, as they shall; the templates' differ.
        await Page.EvaluateAsync("document.documentElement.style.fontSize = '16px'");
    }

    private async Task<Dictionary<string, Dictionary<string, string>>> StylesAsync(string name)
    {
        await OpenAsync(name);
        return await Page.EvaluateAsync<Dictionary<string, Dictionary<string, string>>>("stylesOf()");
    }

    /// <summary>How a button looks by itself, under the pointer and with the focus.</summary>
    private async Task<string[]> ButtonAsync()
    {
        const string look = "button => { const { backgroundColor, borderColor, color, outline, padding, font, opacity } = getComputedStyle(button); return JSON.stringify([backgroundColor, borderColor, color, outline, padding, font, opacity]); }";
        var button = Page.Locator("[data-component=RunTree] .es-button").First;
        await Page.Mouse.MoveAsync(0, 0);
        var plain = await button.EvaluateAsync<string>(look);
        await button.HoverAsync();
        var pointed = await button.EvaluateAsync<string>(look);
        await Page.Mouse.MoveAsync(0, 0);
        await Page.Keyboard.PressAsync("Shift");
        await button.FocusAsync();
        var focused = await button.EvaluateAsync<string>(look);
        await button.EvaluateAsync("button => button.blur()");
        return [plain, pointed, focused];
    }
}
