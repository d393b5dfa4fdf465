using System.Diagnostics;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>Pages with all components of the TypeScript client: <c>clients/typescript/tests/pages</c>.</summary>
internal static class ComponentPages
{
    /// <summary>The style sheets that many pages begin with.</summary>
    public static string[] WithStyles { get; } = ["vite", "vite-6", "tailwind", "tailwind-layers", "bootstrap"];

    /// <summary>Writes the pages into a folder of the test's own.</summary>
    public static async Task<Uri> BuildAsync(string folder)
    {
        var client = Repository.PathOf("clients", "typescript");
        var start = new ProcessStartInfo("node") { WorkingDirectory = client, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine("tests", "pages", "build.mjs"), folder]) start.ArgumentList.Add(argument);
        using var process = TiedProcess.Start(start);
        var faults = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? new Uri(folder + Path.DirectorySeparatorChar) : throw new InvalidOperationException(faults);
    }
}
