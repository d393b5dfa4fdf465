namespace EventStream.Benchmarks.Processes;

/// <summary>The checkout that this program was built from.</summary>
internal static class SourceTree
{
    public static string PathOf(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EventStream.sln"))) return Path.Combine(folder.FullName, file);
        }
        throw new BenchmarkException($"{file} is part of the source tree: run this from a checkout, with dotnet run.");
    }
}
