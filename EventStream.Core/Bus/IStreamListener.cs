using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Receives what a bus announces of one stream. Its methods must neither block nor call the bus. Calls come one at a time, except those of <see cref="OnPause"/>.</summary>
public interface IStreamListener
{
    /// <summary>An event of the log. It may come twice, late, or after a hole.</summary>
    void OnEntry(LogEntry entry);

    /// <summary>An event that another program put on the channel without logging it. Delivery is best effort, and the event has no cursor.</summary>
    /// <param name="envelope">The whole envelope in UTF-8, as <see cref="EventWriter"/> writes it.</param>
    void OnUnlogged(ReadOnlyMemory<byte> envelope);

    /// <summary>Announcements may have been lost, so the log must be read.</summary>
    void OnInterrupted();

    /// <summary>The announcements that arrived together have all been passed on. It is called soon after them, possibly at the same time as the next call.</summary>
    void OnPause();
}
