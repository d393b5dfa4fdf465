using Microsoft.Extensions.Logging;

namespace EventStream.Bus.Redis.Wire;

/// <summary>Counts what Redis holds and is none of EventStream's, and logs the first of each stream.</summary>
internal sealed partial class SkippedEntries(RedisMetrics metrics, ILogger logger)
{
    // Forgetting all of them costs a repeated line.
    private const int MaxTold = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = [];

    /// <summary>Called each time that it is read.</summary>
    /// <param name="name">The name of the stream, or of the key.</param>
    /// <param name="reason">What is wrong, as a sentence.</param>
    public void Note(string name, string reason)
    {
        metrics.EntrySkipped();
        lock (_lock)
        {
            if (_told.Count >= MaxTold) _told.Clear();
            if (!_told.Add(name)) return;
        }
        LogSkipped(name, reason);
    }

    [LoggerMessage(2014, LogLevel.Warning, "Redis holds something under {Name} that is none of EventStream's; it was skipped, and further ones are only counted. {Reason}", EventName = "RedisEntrySkipped")]
    private partial void LogSkipped(string name, string reason);
}
