using System.Runtime.InteropServices;

namespace EventStream.Benchmarks.Processes;

/// <summary>The server's program.</summary>
internal static class ServerProgram
{
    private const string FileName = "EventStream.Api.dll";

    private static string? _published;

    /// <summary>The published program if there is one; otherwise the one that was built beside this program.</summary>
    public static string Path => _published ?? Built();

    /// <summary>Publishes the program for this platform, compiled ahead of time as in production, and uses it from now on.</summary>
    public static async Task PublishAsync()
    {
        var platform = RuntimeInformation.RuntimeIdentifier;
        Console.WriteLine($"Publishing the server for {platform} …");
        // No build server stays behind, since it would run while something is measured.
        await Tool.RunAsync("dotnet", "publish", SourceTree.PathOf("EventStream.Api"), "--configuration", "Release", "--runtime", platform, "-nodeReuse:false", "-p:UseSharedCompilation=false");
        _published = SourceTree.PathOf($"artifacts/publish/EventStream.Api/release_{platform}/{FileName}");
    }

    private static string Built()
    {
        var program = System.IO.Path.Combine(AppContext.BaseDirectory.Replace("EventStream.Benchmarks", "EventStream.Api", StringComparison.Ordinal), FileName);
        return File.Exists(program) ? program : throw new BenchmarkException($"{program} is missing: build EventStream.Api in the same configuration, or name a running server with --server.");
    }
}
