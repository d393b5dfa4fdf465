using System.Runtime.CompilerServices;

namespace EventStream.Tests.Support;

/// <summary>Finds files of the source tree.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The files in a folder by relative path with forward slashes, without built and downloaded ones.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        from path in Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !$"/{relative}".Contains("/artifacts/", StringComparison.Ordinal)
            && !$"/{relative}".Contains("/node_modules/", StringComparison.Ordinal)
            && !relative.StartsWith(".git/", StringComparison.Ordinal)
        select relative;

    private static string FindRoot(string from, [CallerFilePath] string thisFile = "")
    {
        // The tests may run in another place than where they were built.
        foreach (var start in (string[])[from, Path.GetDirectoryName(thisFile) ?? from, Environment.CurrentDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "EventStream.sln"))) return folder.FullName;
            }
        }
        throw new InvalidOperationException($"EventStream.sln is in no folder above {from}; run the tests from a checkout.");
    }
}
