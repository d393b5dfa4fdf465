using System.Reflection;

namespace EventStream.Api.Inspector;

/// <summary>Builds the page beside the start of a server that runs from its sources, so that nobody waits for npm.</summary>
/// <remarks>A Debug build says where the sources are; a Release build holds the page, and knows no sources.</remarks>
internal sealed partial class InspectorBuild(InspectorSettings settings, ILogger<InspectorBuild> logger) : BackgroundService
{
    private static readonly string? Client = typeof(InspectorBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == "InspectorClient")?.Value;

    /// <summary>Whether the page will be there soon.</summary>
    public static bool IsUnderWay { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Enabled || Client is null || !IsStale(Client, InspectorPage.Folder)) return;
        IsUnderWay = true;
        try
        {
            LogBegins();
            var packages = Path.Combine(Client, "node_modules", ".package-lock.json");
            var failure = await NodeProgram.UnfitAsync(Client, stoppingToken);
            if (failure is null && IsOlder(packages, Path.Combine(Client, "package-lock.json")))
                failure = await NodeProgram.RunAsync(Client, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], stoppingToken);
            failure ??= await BuildAsync(Client, stoppingToken);
            if (failure is null) LogBuilt();
            else LogNotBuilt(failure);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start builds it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotBuilt(e.Message);
        }
        finally
        {
            IsUnderWay = false;
        }
    }

    private static async Task<string?> BuildAsync(string client, CancellationToken cancellationToken)
    {
        // Beside the old one, which browsers get until the new one is whole.
        var made = $"{InspectorPage.Folder}.new";
        var failure = await NodeProgram.RunAsync(client, "node", [Path.Combine("node_modules", "vite", "bin", "vite.js"), "build", "inspector", "--outDir", made, "--emptyOutDir", "--logLevel", "warn"], cancellationToken);
        if (failure is not null) return failure;
        var assets = Path.Combine(InspectorPage.Folder, "assets");
        Directory.CreateDirectory(assets);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(made, "assets"))) File.Copy(file, Path.Combine(assets, Path.GetFileName(file)), overwrite: true);
        // Last, since it names the others.
        File.Copy(Path.Combine(made, "index.html"), Path.Combine(InspectorPage.Folder, "index.html"), overwrite: true);
        Directory.Delete(made, recursive: true);
        return null;
    }

    private static bool IsStale(string client, string page)
    {
        var index = Path.Combine(page, "index.html");
        string[] sources = ["src", "inspector"];
        return IsOlder(index, Path.Combine(client, "package-lock.json"))
            || sources.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(client, folder), "*", SearchOption.AllDirectories)).Any(source => IsOlder(index, source));
    }

    // A file that is missing is older than all others.
    private static bool IsOlder(string file, string than) => File.GetLastWriteTimeUtc(file) < File.GetLastWriteTimeUtc(than);

    [LoggerMessage(1111, LogLevel.Information, "The inspector's page is being built from clients/typescript; streams and publishing work meanwhile.", EventName = "InspectorBuilding")]
    private partial void LogBegins();

    [LoggerMessage(1112, LogLevel.Information, "The inspector's page is ready: open the server's address in a browser.", EventName = "InspectorBuilt")]
    private partial void LogBuilt();

    [LoggerMessage(1113, LogLevel.Warning, "The inspector's page can't be built; everything else works. {Reason}", EventName = "InspectorNotBuilt")]
    private partial void LogNotBuilt(string reason);
}
