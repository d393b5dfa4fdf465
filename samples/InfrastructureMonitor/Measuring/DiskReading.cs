namespace InfrastructureMonitor.Measuring;

/// <summary>The disk that this program runs on, in bytes.</summary>
internal readonly record struct DiskReading(string Name, long Free, long Total)
{
    public static DiskReading Read()
    {
        var path = Path.GetFullPath(AppContext.BaseDirectory);
        // Several drives may contain the path; the one with the longest name is the one it is on.
        var drive = new DriveInfo(DriveInfo.GetDrives().Select(drive => drive.Name)
            .Where(name => path.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(name => name.Length).FirstOrDefault() ?? Path.GetPathRoot(path)!);
        return drive.IsReady ? new DiskReading(drive.Name, drive.AvailableFreeSpace, drive.TotalSize) : new DiskReading(drive.Name, 0, 0);
    }
}
