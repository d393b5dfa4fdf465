using System.Runtime.InteropServices;

namespace EventStream.Benchmarks.Processes;

/// <summary>The server's program.</summary>
internal static class ServerProgram
{
    private const string NativeName = "EventStream.Api";
    private const string FileName = $"{NativeName}.dll";

    private static string? _chosen;

    /// <summary>How the program is started that was named or published if there is one; otherwise the one that was built beside this program.</summary>
    public static (string Program, string[] Arguments) Start => (_chosen ?? Built()) is var path && path.EndsWith(FileName, StringComparison.Ordinal) ? ("dotnet", [path]) : (path, []);

    /// <summary>Uses the program in a folder from now on, such as an older build.</summary>
    public static void Use(string folder)
    {
        // A folder for the .NET runtime has a small program of the native one's name besides.
        string[] programs = [System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, FileName)), System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, NativeName))];
        _chosen = Array.Find(programs, File.Exists) ?? throw new BenchmarkException($"{programs[0]} is missing: name the folder of a built or published server.");
    }

    /// <summary>Publishes the program for this platform as a native binary, as in production, and uses it from now on.</summary>
    public static async Task PublishAsync()
    {
        var platform = RuntimeInformation.RuntimeIdentifier;
        Console.WriteLine($"Publishing the server for {platform} …");
        var folder = SourceTree.PathOf($"artifacts/publish/EventStream.Api/release_{platform}");
        // An earlier form would stay beside this one.
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        // No build server stays behind, since it would run while something is measured.
        await Tool.RunAsync("dotnet", "publish", SourceTree.PathOf("EventStream.Api"), "--configuration", "Release", "--runtime", platform, "-nodeReuse:false", "-p:UseSharedCompilation=false");
        Use(folder);
    }

    private static string Built()
    {
        var program = System.IO.Path.Combine(AppContext.BaseDirectory.Replace("EventStream.Benchmarks", "EventStream.Api", StringComparison.Ordinal), FileName);
        return File.Exists(program) ? program : throw new BenchmarkException($"{program} is missing: build EventStream.Api in the same configuration, or name a running server with --server.");
    }
}
