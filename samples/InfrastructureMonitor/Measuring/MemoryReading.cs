using System.Globalization;

namespace InfrastructureMonitor.Measuring;

/// <summary>The machine's memory in bytes.</summary>
internal readonly record struct MemoryReading(long Used, long Total)
{
    public static MemoryReading Read()
    {
        if (File.Exists("/proc/meminfo") && Parse(File.ReadLines("/proc/meminfo")) is { } reading) return reading;
        var known = GC.GetGCMemoryInfo(GCKind.Any);
        return new MemoryReading(known.MemoryLoadBytes, known.TotalAvailableMemoryBytes);
    }

    /// <summary>Reads the lines of <c>/proc/meminfo</c>; null when figures are missing.</summary>
    public static MemoryReading? Parse(IEnumerable<string> lines)
    {
        long? total = null, available = null;
        foreach (var line in lines)
        {
            total ??= Bytes(line, "MemTotal:");
            available ??= Bytes(line, "MemAvailable:");
            if (total is { } all && available is { } free) return new MemoryReading(all - free, all);
        }
        return null;
    }

    private static long? Bytes(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal)
        && long.TryParse(line.AsSpan(name.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024
            : null;
}
