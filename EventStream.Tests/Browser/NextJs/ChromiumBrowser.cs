using Microsoft.Playwright;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The system's Chromium without a window, with a profile of its own.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    // Nothing but the pages of the tests may be loaded.
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private ChromiumBrowser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Where Chromium is; null when this machine has none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(_ => Names, System.IO.Path.Combine).FirstOrDefault(File.Exists);

    public static async Task<ChromiumBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new ChromiumBrowser(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Headless = true, Args = Flags }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A page with cookies and storage of its own, far from the server's time zone.</summary>
    public async Task<IPage> NewPageAsync(Uri site)
    {
        var context = await _browser.NewContextAsync(new() { BaseURL = site.ToString(), TimezoneId = "Pacific/Auckland", Locale = "de-DE", ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout((float)Support.Timeouts.Default.TotalMilliseconds);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
