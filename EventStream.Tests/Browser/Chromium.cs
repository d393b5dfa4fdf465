using EventStream.Tests.Browser;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace EventStream.Tests.Browser;

/// <summary>The system's Chromium without a window, started at its first use. Each test has its own context in it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>A name for this machine that pages treat like a server on the network.</summary>
    public const string PublicName = "events.example.com";

    // Containers allow no sandbox. The other flags keep Chromium from calling any server but the tests' own.
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        $"--host-resolver-rules=MAP {PublicName} 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost"];

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The path of the program; null when it isn't installed. EVENTSTREAM_CHROMIUM names another.</summary>
    private static string? Executable { get; } = Environment.GetEnvironmentVariable("EVENTSTREAM_CHROMIUM") is { Length: > 0 } named ? named
        : (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
           from name in Names
           let path = Path.Combine(folder, name)
           where File.Exists(path)
           select path).FirstOrDefault();

    public static bool IsInstalled => Executable is not null;

    /// <summary>Skips the test when this machine has no Chromium.</summary>
    public static void SkipWithout() => Assert.SkipUnless(IsInstalled, "Chromium isn't installed: run 'apt-get install chromium' as root, or name one in EVENTSTREAM_CHROMIUM.");

    /// <summary>A context with a new profile.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        var context = await (await StartAsync()).NewContextAsync(options);
        context.SetDefaultTimeout((float)Timeouts.Default.TotalMilliseconds);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        SkipWithout();
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Assertions.SetDefaultExpectTimeout((float)Timeouts.Default.TotalMilliseconds);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Headless = true, Args = Flags });
        }
        finally
        {
            _starting.Release();
        }
    }
}
