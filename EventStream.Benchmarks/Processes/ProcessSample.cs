using System.Globalization;

namespace EventStream.Benchmarks.Processes;

/// <summary>The processor time that some processes have used so far, and the memory that they hold.</summary>
/// <param name="CpuSeconds">Processor time in user and kernel mode, in steps of 10 ms.</param>
/// <param name="ScheduledSeconds">Processor time by the scheduler's finer clock, without threads that have ended.</param>
/// <param name="ResidentBytes">The resident memory.</param>
internal readonly record struct ProcessSample(double CpuSeconds, double ScheduledSeconds, long ResidentBytes)
{
    public static ProcessSample Of(IEnumerable<int> processes)
    {
        var sum = default(ProcessSample);
        foreach (var process in processes)
            sum = new ProcessSample(sum.CpuSeconds + ProcessFigures.CpuSeconds(process), sum.ScheduledSeconds + Scheduled(process), sum.ResidentBytes + ProcessFigures.ResidentBytes(process));
        return sum;
    }

    /// <summary>The processor time since an earlier sample: by the finer clock, unless threads that ended meanwhile used a part of it.</summary>
    public double CpuSince(ProcessSample earlier)
    {
        var (ticks, scheduled) = (CpuSeconds - earlier.CpuSeconds, ScheduledSeconds - earlier.ScheduledSeconds);
        return ticks - scheduled > 0.03 ? ticks : scheduled;
    }

    /// <summary>A process and all processes that it started.</summary>
    public static int[] Family(int process)
    {
        var children = Directory.GetDirectories($"/proc/{process}/task")
            .SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return [process, .. children.SelectMany(child => Family(int.Parse(child, CultureInfo.InvariantCulture)))];
    }

    private static double Scheduled(int process)
    {
        var sum = 0L;
        foreach (var task in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                sum += long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread ended after it was listed.
            }
        }
        return sum / 1e9;
    }
}
