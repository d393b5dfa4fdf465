namespace EventStream.Bus.InMemory;

/// <summary>A stream that has a log or listeners, with the lock of both.</summary>
internal sealed class InMemoryStream
{
    // This object, its lock, its places in lists and tables.
    private const int ObjectBytes = 320;

    // A subscription and its place in the array.
    private const int SubscriptionBytes = 56;

    public InMemoryStream(StreamKey key) => (Key, Place) = (key, new LinkedListNode<InMemoryStream>(this));

    public StreamKey Key { get; }

    public Lock Gate { get; } = new();

    /// <summary>Null before the first append and after the stream was forgotten.</summary>
    public StreamLog? Log { get; set; }

    public StreamSubscription[] Subscriptions { get; set; } = [];

    /// <summary>Whether the object was removed from the table; the stream must then be looked up again.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whose events made the stream, when it isn't the stream's own publisher.</summary>
    public string? MadeBy { get; set; }

    /// <summary>What the stream takes in memory.</summary>
    public long HeldBytes => Log is null && Subscriptions.Length == 0 ? 0 : ObjectBytes + HeapBytes.OfString(Key.Id) + (Log?.HeldBytes ?? 0) + Subscriptions.Length * SubscriptionBytes;

    /// <summary>Used by <see cref="Recency"/> only.</summary>
    public LinkedListNode<InMemoryStream> Place { get; }

    /// <summary>Used by <see cref="Recency"/> only: who pays for the stream, and the stream's place there.</summary>
    public StreamMaker? Maker { get; set; }

    /// <inheritdoc cref="Maker"/>
    public LinkedListNode<InMemoryStream>? MakerPlace { get; set; }

    /// <summary>Used by <see cref="Recency"/> only.</summary>
    public long CountedBytes { get; set; }

    public void AnnounceNeedsLock(IReadOnlyList<LogEntry> entries)
    {
        foreach (var subscription in Subscriptions) subscription.Announce(entries);
    }
}
