using System.Runtime.InteropServices;

namespace EventStream.Benchmarks.Processes;

/// <summary>The server's program.</summary>
internal static class ServerProgram
{
    private const string FileName = "EventStream.Api.dll";

    private static string? _chosen;

    /// <summary>The program that was named or published if there is one; otherwise the one that was built beside this program.</summary>
    public static string Path => _chosen ?? Built();

    /// <summary>Uses the program in a folder from now on, such as an older build.</summary>
    public static void Use(string folder)
    {
        var program = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, FileName));
        _chosen = File.Exists(program) ? program : throw new BenchmarkException($"{program} is missing: name the folder of a built or published server.");
    }

    /// <summary>Publishes the program for this platform, compiled ahead of time as in production, and uses it from now on.</summary>
    public static async Task PublishAsync()
    {
        var platform = RuntimeInformation.RuntimeIdentifier;
        Console.WriteLine($"Publishing the server for {platform} …");
        // No build server stays behind, since it would run while something is measured.
        await Tool.RunAsync("dotnet", "publish", SourceTree.PathOf("EventStream.Api"), "--configuration", "Release", "--runtime", platform, "-nodeReuse:false", "-p:UseSharedCompilation=false");
        _chosen = SourceTree.PathOf($"artifacts/publish/EventStream.Api/release_{platform}/{FileName}");
    }

    private static string Built()
    {
        var program = System.IO.Path.Combine(AppContext.BaseDirectory.Replace("EventStream.Benchmarks", "EventStream.Api", StringComparison.Ordinal), FileName);
        return File.Exists(program) ? program : throw new BenchmarkException($"{program} is missing: build EventStream.Api in the same configuration, or name a running server with --server.");
    }
}
