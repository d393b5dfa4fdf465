using System.Diagnostics;

namespace EventStream.Benchmarks.Load;

/// <summary>Nanoseconds since the program began: what an event carries as its time.</summary>
internal static class LoadClock
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    // Stopwatch counts nanoseconds on Linux. The start is read first: the first call sets it.
    public static long Now => -Start + Stopwatch.GetTimestamp();
}
