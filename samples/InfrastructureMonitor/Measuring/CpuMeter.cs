using System.ComponentModel;
using System.Diagnostics;

namespace InfrastructureMonitor.Measuring;

/// <summary>The load of all processors between one reading and the next.</summary>
internal sealed class CpuMeter(TimeProvider time)
{
    private static readonly TimeSpan FirstWindow = TimeSpan.FromMilliseconds(250);

    private CpuTimes? _last;

    /// <summary>The load since the last reading in percent; the first reading waits a moment.</summary>
    public async Task<double> ReadAsync(CancellationToken cancellationToken)
    {
        if (_last is null)
        {
            _last = Now();
            await Task.Delay(FirstWindow, time, cancellationToken);
        }
        var now = Now();
        var percent = now.PercentSince(_last.Value);
        _last = now;
        return percent;
    }

    private static CpuTimes Now() => (File.Exists("/proc/stat") ? CpuTimes.Parse(File.ReadLines("/proc/stat").First()) : null) ?? OfProcesses();

    // Without /proc the load is what the readable processes used, relative to what all processors could give.
    private static CpuTimes OfProcesses()
    {
        double busy = 0;
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    busy += process.TotalProcessorTime.TotalSeconds;
                }
                catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException)
                {
                    // The process ended meanwhile, or belongs to another user.
                }
            }
        }
        return new CpuTimes(busy, Environment.TickCount64 / 1000d * Environment.ProcessorCount);
    }
}
