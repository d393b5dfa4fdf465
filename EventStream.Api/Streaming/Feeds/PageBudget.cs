namespace EventStream.Api.Streaming.Feeds;

/// <summary>How many bytes of pages the feeds of this node hold together for those behind their windows.</summary>
internal sealed class PageBudget(long totalBytes)
{
    // What .NET keeps for a frame besides its bytes.
    private const int FrameBytes = 400;

    private long _held;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Whether more is held than may be: who has just taken a page lets go of pages, this one too.</summary>
    public bool IsExceeded => Held > totalBytes;

    public static long SizeOf(FramePage page) => page.Bytes + (long)FrameBytes * page.Frames.Count;

    public void Hold(long bytes) => Interlocked.Add(ref _held, bytes);

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
