using System.Numerics;

namespace EventStream.Benchmarks.Load;

/// <summary>Times in nanoseconds with an error of at most 1.6 %: 64 cells for each power of two.</summary>
internal sealed class Histogram
{
    private readonly long[] _cells = new long[64 * 64];
    private long _count;

    public long Max { get; private set; }

    public void Add(long nanoseconds)
    {
        var value = Math.Max(0, nanoseconds);
        _cells[CellOf(value)]++;
        _count++;
        if (value > Max) Max = value;
    }

    public void Clear()
    {
        Array.Clear(_cells);
        (_count, Max) = (0, 0);
    }

    /// <summary>In milliseconds.</summary>
    public double At(double quantile)
    {
        var wanted = (long)Math.Ceiling(quantile * _count);
        var sum = 0L;
        for (var cell = 0; cell < _cells.Length && _count > 0; cell++)
        {
            sum += _cells[cell];
            if (sum >= wanted && sum > 0) return Math.Min(UpperEdge(cell), Max) / 1e6;
        }
        return 0;
    }

    private static int CellOf(long value)
    {
        if (value < 128) return (int)value;
        var exponent = BitOperations.Log2((ulong)value) - 6;
        return exponent * 64 + (int)(value >> exponent);
    }

    private static long UpperEdge(int cell)
    {
        if (cell < 128) return cell;
        var exponent = cell / 64 - 1;
        return ((cell - exponent * 64L + 1) << exponent) - 1;
    }
}
