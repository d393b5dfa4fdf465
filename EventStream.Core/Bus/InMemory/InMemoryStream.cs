namespace EventStream.Bus.InMemory;

/// <summary>A stream that is remembered or listened to, and the lock of both.</summary>
internal sealed class InMemoryStream
{
    public InMemoryStream(StreamKey key) => (Key, Place) = (key, new LinkedListNode<InMemoryStream>(this));

    public StreamKey Key { get; }

    public Lock Gate { get; } = new();

    /// <summary>Null before the first append and when it was forgotten.</summary>
    public StreamLog? Log { get; set; }

    public StreamSubscription[] Subscriptions { get; set; } = [];

    /// <summary>Whether another object may stand for the stream now.</summary>
    public bool IsGone { get; set; }

    /// <summary>Belongs to <see cref="Recency"/>.</summary>
    public LinkedListNode<InMemoryStream> Place { get; }

    /// <summary>Belongs to <see cref="Recency"/>.</summary>
    public long CountedBytes { get; set; }

    public void AnnounceNeedsLock(IReadOnlyList<LogEntry> entries)
    {
        foreach (var subscription in Subscriptions) subscription.Announce(entries);
    }
}
