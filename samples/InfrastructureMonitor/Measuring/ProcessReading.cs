using System.ComponentModel;
using System.Diagnostics;

namespace InfrastructureMonitor.Measuring;

/// <summary>The processes of the machine, the largest by memory first.</summary>
internal sealed record ProcessReading(int Count, IReadOnlyList<ProcessSize> Largest)
{
    public static ProcessReading Read(int largest)
    {
        var sizes = new List<ProcessSize>();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    sizes.Add(new ProcessSize(process.Id, process.ProcessName, process.WorkingSet64));
                }
                catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException)
                {
                    // The process ended meanwhile.
                }
            }
        }
        return new ProcessReading(sizes.Count, [.. sizes.OrderByDescending(size => size.Bytes).ThenBy(size => size.Id).Take(largest)]);
    }
}
