namespace EventStream.Api.Streaming.Feeds;

/// <summary>How many bytes of recent events the feeds of this node may hold: shared alike, so that their number doesn't multiply them.</summary>
internal sealed class WindowBudget(long totalBytes)
{
    /// <summary>The most that one feed may hold.</summary>
    public const int MaxBytes = 1024 * 1024;

    // A client that reconnects within a second or two finds what it missed.
    private const int MinBytes = 16 * 1024;

    // Enough for a crowd on one log, however small the setting is.
    private const long MinPageBytes = LogPages.MaxBytes;

    private int _bytes = MaxBytes;

    /// <summary>What pages may take besides: a quarter as much.</summary>
    public PageBudget Pages { get; } = new(Math.Max(totalBytes / 4, MinPageBytes));

    /// <summary>What one feed may hold now.</summary>
    public int BytesPerFeed => Volatile.Read(ref _bytes);

    /// <summary>Shares it among so many feeds.</summary>
    public void Share(int feeds) => Volatile.Write(ref _bytes, (int)Math.Clamp(totalBytes / Math.Max(1, feeds), MinBytes, MaxBytes));
}
