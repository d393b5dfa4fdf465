namespace ChatAgent.Tools;

/// <summary>How a machine is doing.</summary>
internal sealed record MachineFigures(int Processors, long MemoryMegabytes, long DiskFreeMegabytes, int Processes, long UptimeMinutes);
