using System.Globalization;

namespace EventStream.Benchmarks.Processes;

/// <summary>Reads what Linux reports about a process.</summary>
internal static class ProcessFigures
{
    // A tick of USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TickSeconds = 0.01;

    /// <summary>The processor time that the process has used so far, in user and kernel mode.</summary>
    public static double CpuSeconds(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        // Fields are counted after the name, since the name may contain spaces: state is the first field, utime the 12th.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) * TickSeconds;
    }

    /// <summary>The memory that the process holds now, in bytes.</summary>
    public static long ResidentBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    /// <summary>The memory that the kernel holds for all TCP sockets of this machine, in bytes.</summary>
    public static long TcpBytes()
    {
        var words = File.ReadLines("/proc/net/sockstat").First(line => line.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ');
        return Environment.SystemPageSize * long.Parse(words[Array.IndexOf(words, "mem") + 1], CultureInfo.InvariantCulture);
    }

    /// <summary>How many bytes the process has written so far, to sockets too.</summary>
    public static long WrittenBytes(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/io").First(line => line.StartsWith("wchar:", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
}
