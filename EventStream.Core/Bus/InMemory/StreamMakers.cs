namespace EventStream.Bus.InMemory;

/// <summary>The publishers whose events made streams beside their own. Every member needs the lock of <see cref="Recency"/>.</summary>
internal sealed class StreamMakers(InMemoryBusOptions options)
{
    // So many projects, and such a part of the bytes, are ordinary for a session: its streams are then treated like all others.
    private const int OrdinaryStreams = 32, OrdinaryPart = 16;

    private readonly Dictionary<string, StreamMaker> _all = [];
    private readonly SortedSet<StreamMaker> _crowded = new(Comparer<StreamMaker>.Create((one, other) => (one.Share, one.Number).CompareTo((other.Share, other.Number))));
    private long _lastNumber;

    /// <summary>What the objects take in memory that aren't counted with a stream.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Of those who made more than is ordinary, the one whose streams take the most; null when there is none.</summary>
    public StreamMaker? Greediest => _crowded.Max;

    public void Add(InMemoryStream stream, string name)
    {
        if (!_all.TryGetValue(name, out var maker))
        {
            _all[name] = maker = new StreamMaker(name, ++_lastNumber);
            HeldBytes += BytesOf(maker);
        }
        _crowded.Remove(maker);
        maker.Add(stream, options);
        if (IsCrowded(maker)) _crowded.Add(maker);
    }

    public void Remove(InMemoryStream stream, StreamMaker maker)
    {
        _crowded.Remove(maker);
        maker.Remove(stream, options);
        if (IsCrowded(maker)) _crowded.Add(maker);
        if (maker.Count > 0) return;
        _all.Remove(maker.Name);
        HeldBytes -= BytesOf(maker);
    }

    private bool IsCrowded(StreamMaker maker) => maker.Count > OrdinaryStreams || maker.Bytes > options.MaxBytes / OrdinaryPart;

    private static long BytesOf(StreamMaker maker) => StreamMaker.ObjectBytes + HeapBytes.OfString(maker.Name);
}
