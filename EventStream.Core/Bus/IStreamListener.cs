using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Hears what a bus announces of one stream. Calls come one at a time, but for pauses, and must neither block nor call the bus.</summary>
public interface IStreamListener
{
    /// <summary>An event of the log. It may come twice, late, or after a hole.</summary>
    void OnEntry(LogEntry entry);

    /// <summary>An event that others put on the channel without logging it: best effort, without a cursor.</summary>
    /// <param name="envelope">The whole envelope in UTF-8, as <see cref="EventWriter"/> writes it.</param>
    void OnUnlogged(ReadOnlyMemory<byte> envelope);

    /// <summary>Announcements may have been lost: the log tells what.</summary>
    void OnInterrupted();

    /// <summary>What came together has been told: comes soon after one or several of the others, maybe beside the next.</summary>
    void OnPause();
}
