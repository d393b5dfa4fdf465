using System.Globalization;

namespace InfrastructureMonitor.Measuring;

/// <summary>The measurements of one round.</summary>
internal sealed record Figures(double Cpu, MemoryReading Memory, DiskReading Disk, ProcessReading Processes, int Containers)
{
    /// <summary>The measurements as a text for people.</summary>
    public string InWords()
    {
        var load = Cpu switch { < 20 => "is mostly idle", < 70 => "is at work", _ => "is under heavy load" };
        var largest = Processes.Largest is [var first, ..] ? $", the largest of which is {first.Name} with {Size(first.Bytes)}" : "";
        var containers = Containers switch { 0 => "No container is running", 1 => "1 container is running", _ => string.Create(CultureInfo.InvariantCulture, $"{Containers} containers are running") };
        return string.Create(CultureInfo.InvariantCulture, $"The machine {load}: {Cpu:0.#} % of its processors, {Size(Memory.Used)} of {Size(Memory.Total)} memory.")
            + $" {Size(Disk.Free)} of {Size(Disk.Total)} are free on {Disk.Name}."
            + string.Create(CultureInfo.InvariantCulture, $" There are {Processes.Count} processes{largest}.")
            + $" {containers}."
            + (Disk.Total > 0 && Disk.Free < Disk.Total / 10 ? " The disk is nearly full: make room soon." : "");
    }

    /// <summary>Bytes with a unit, such as <c>3.2GB</c>.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var value = (double)bytes;
        var unit = 0;
        for (; Math.Round(value, 1) >= 1024 && unit < units.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{units[unit]}");
    }
}
