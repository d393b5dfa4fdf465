namespace InfrastructureMonitor.Measuring;

/// <summary>The disk that this program runs on, in bytes.</summary>
internal readonly record struct DiskReading(string Name, long Free, long Total)
{
    public static DiskReading Read()
    {
        var path = Path.GetFullPath(AppContext.BaseDirectory);
        // The drive with the longest name that the path begins with is the one it lies on.
        var drive = new DriveInfo(DriveInfo.GetDrives().Select(drive => drive.Name)
            .Where(name => path.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(name => name.Length).FirstOrDefault() ?? Path.GetPathRoot(path)!);
        return drive.IsReady ? new DiskReading(drive.Name, drive.AvailableFreeSpace, drive.TotalSize) : new DiskReading(drive.Name, 0, 0);
    }
}
