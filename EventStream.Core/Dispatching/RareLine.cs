namespace EventStream.Dispatching;

/// <summary>Counts what a log line tells of, and lets the line be written once a minute at most. Every call needs the dispatcher's lock.</summary>
internal sealed class RareLine(TimeProvider time)
{
    // An agent that goes on publishing after the end of its run would otherwise fill the log.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private long? _writtenAt;
    private long _untold;

    public void CountNeedsLock(long count) => _untold += count;

    /// <summary>How many the line tells of now; 0 when it was written within the last minute.</summary>
    public long DueNeedsLock()
    {
        if (_writtenAt is { } last && time.GetElapsedTime(last) < Period) return 0;
        _writtenAt = time.GetTimestamp();
        return TakeNeedsLock();
    }

    /// <summary>How many no line has told of, whenever the last one was written.</summary>
    public long TakeNeedsLock()
    {
        var untold = _untold;
        _untold = 0;
        return untold;
    }
}
