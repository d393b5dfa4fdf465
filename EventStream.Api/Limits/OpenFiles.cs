using System.Globalization;

namespace EventStream.Api.Limits;

/// <summary>How many files and sockets this process may have open: <c>ulimit -n</c>. .NET has raised it to the hard limit by then.</summary>
internal static class OpenFiles
{
    private const string Name = "Max open files";

    // The connections to Redis, and the files that are loaded later. A process that can't open these fails in ways that only a restart ends.
    private const int Reserve = 256;

    /// <summary>How many connections there is room for, beside what is open now and a reserve; null where that isn't known.</summary>
    public static int? Room()
    {
        try
        {
            return Limit(File.ReadAllText("/proc/self/limits")) is { } limit ? Math.Max(1, limit - Directory.GetFiles("/proc/self/fd").Length - Reserve) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not Linux.
            return null;
        }
    }

    /// <summary>The soft limit in the text of <c>/proc/self/limits</c>; null when there is none.</summary>
    public static int? Limit(string limits) =>
        limits.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
        && int.TryParse(line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
}
