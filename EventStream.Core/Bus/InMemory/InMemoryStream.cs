namespace EventStream.Bus.InMemory;

/// <summary>A stream that has a log or listeners, with the lock of both.</summary>
internal sealed class InMemoryStream
{
    public InMemoryStream(StreamKey key) => (Key, Place) = (key, new LinkedListNode<InMemoryStream>(this));

    public StreamKey Key { get; }

    public Lock Gate { get; } = new();

    /// <summary>Null before the first append and after the stream was forgotten.</summary>
    public StreamLog? Log { get; set; }

    public StreamSubscription[] Subscriptions { get; set; } = [];

    /// <summary>Whether the object was removed from the table; the stream must then be looked up again.</summary>
    public bool IsGone { get; set; }

    /// <summary>Used by <see cref="Recency"/> only.</summary>
    public LinkedListNode<InMemoryStream> Place { get; }

    /// <summary>Used by <see cref="Recency"/> only.</summary>
    public long CountedBytes { get; set; }

    public void AnnounceNeedsLock(IReadOnlyList<LogEntry> entries)
    {
        foreach (var subscription in Subscriptions) subscription.Announce(entries);
    }
}
