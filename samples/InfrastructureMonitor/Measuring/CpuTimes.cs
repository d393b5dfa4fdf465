using System.Globalization;

namespace InfrastructureMonitor.Measuring;

/// <summary>How long processors were busy and how long they could have been, in any one unit.</summary>
internal readonly record struct CpuTimes(double Busy, double Total)
{
    private const int IdleColumn = 3;
    private const int IoWaitColumn = 4;

    // The later columns are guest time, which user time includes already.
    private const int Columns = 8;

    /// <summary>Reads the first line of <c>/proc/stat</c>; null when it has another form.</summary>
    public static CpuTimes? Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length <= IoWaitColumn + 1 || words[0] != "cpu") return null;
        var ticks = new List<double>(Columns);
        foreach (var word in words.Skip(1).Take(Columns))
        {
            if (!double.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
            ticks.Add(value);
        }
        var total = ticks.Sum();
        return new CpuTimes(total - ticks[IdleColumn] - ticks[IoWaitColumn], total);
    }

    /// <summary>The load since an earlier reading in percent, 0 to 100 with one digit.</summary>
    public double PercentSince(CpuTimes earlier) =>
        Total > earlier.Total ? Math.Round(Math.Clamp(100 * (Busy - earlier.Busy) / (Total - earlier.Total), 0, 100), 1) : 0;
}
