using System.Diagnostics;

namespace EventStream.Bus;

/// <summary>Spreads times at random, so that clients that began together don't act together.</summary>
internal static class Jitter
{
    /// <summary>A random value within a share around another: <c>Around(10, 0.2)</c> lies between 8 and 12.</summary>
    public static double Around(double value, double share) => Between(value * (1 - share), value * (1 + share));

    /// <inheritdoc cref="Around(double, double)"/>
    public static TimeSpan Around(TimeSpan value, double share) => value * Around(1, share);

    /// <summary>A random time between half of a time and all of it.</summary>
    public static TimeSpan HalfToAll(TimeSpan longest) => longest * Between(0.5, 1);

    /// <summary>A random value from <paramref name="least"/> up to <paramref name="most"/>.</summary>
    public static double Between(double least, double most)
    {
        Debug.Assert(least <= most);
        return least + (most - least) * Random.Shared.NextDouble();
    }
}
