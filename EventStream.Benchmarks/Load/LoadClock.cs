using System.Diagnostics;

namespace EventStream.Benchmarks.Load;

/// <summary>Nanoseconds since the program began: what an event carries as its time.</summary>
internal static class LoadClock
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    // Stopwatch counts nanoseconds on Linux.
    public static long Now => Stopwatch.GetTimestamp() - Start;
}
