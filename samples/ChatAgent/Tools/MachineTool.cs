using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace ChatAgent.Tools;

/// <summary>Reads how this machine is doing.</summary>
internal static class MachineTool
{
    public const string Name = "read_machine";

    private const long Megabyte = 1024 * 1024;

    public static AIFunction Make() => AIFunctionFactory.Create(Read, Name, "Reads processors, memory, free disk space, processes and uptime of this machine.");

    private static MachineFigures Read([Description("Where the disk is looked at; the working folder when absent.")] string? folder = null)
    {
        var path = Path.GetFullPath(folder ?? Environment.CurrentDirectory);
        // Several drives may contain the path; the one with the longest name is the one that it is on.
        var drive = DriveInfo.GetDrives().Where(drive => drive.IsReady && path.StartsWith(drive.Name, StringComparison.Ordinal)).MaxBy(drive => drive.Name.Length);
        return new MachineFigures(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte,
            (drive?.AvailableFreeSpace ?? 0) / Megabyte, Process.GetProcesses().Length, Environment.TickCount64 / 60_000);
    }
}
