using System.Diagnostics;

namespace EventStream.Benchmarks.Load;

/// <summary>Nanoseconds since the program began. Events carry it as their time.</summary>
internal static class LoadClock
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    // On Linux a Stopwatch tick is a nanosecond. Start stands first in the expression, because reading it sets it.
    public static long Now => -Start + Stopwatch.GetTimestamp();
}
