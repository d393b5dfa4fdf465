using System.Diagnostics;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>Pages with all components of the TypeScript client: <c>clients/typescript/tests/pages</c>.</summary>
public sealed class ComponentPages : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-pages-").FullName;

    /// <summary>The style sheets that many pages begin with.</summary>
    public static string[] WithStyles { get; } = ["vite", "vite-6", "tailwind", "tailwind-layers", "bootstrap"];

    /// <summary>The folder of the pages.</summary>
    public Uri Address => new(_folder + Path.DirectorySeparatorChar);

    public async ValueTask InitializeAsync()
    {
        var client = Repository.PathOf("clients", "typescript");
        var start = new ProcessStartInfo("node") { WorkingDirectory = client, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine("tests", "pages", "build.mjs"), _folder]) start.ArgumentList.Add(argument);
        using var process = TiedProcess.Start(start);
        var faults = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException(faults);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
