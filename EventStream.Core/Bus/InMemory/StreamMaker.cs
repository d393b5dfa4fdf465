namespace EventStream.Bus.InMemory;

/// <summary>A publisher whose events made streams beside its own, such as those of projects, with these streams by their last use. Every member needs the lock of <see cref="Recency"/>.</summary>
internal sealed class StreamMaker(string name, long number)
{
    /// <summary>What the object, its lists and its place in a table take, without the name.</summary>
    public const int ObjectBytes = 200;

    private readonly LinkedList<InMemoryStream> _unwatched = new();
    private readonly LinkedList<InMemoryStream> _watched = new();

    public string Name => name;

    /// <summary>Tells makers apart that have made equally much.</summary>
    public long Number => number;

    public int Count => _unwatched.Count + _watched.Count;

    public long Bytes { get; private set; }

    /// <summary>The part of the bus that its streams take, of the streams or of the bytes, whichever is more.</summary>
    public double Share { get; private set; }

    /// <summary>The stream that was used longest ago; one with subscribers only when no other is left.</summary>
    public InMemoryStream Oldest => (_unwatched.First ?? _watched.First)!.Value;

    public void Add(InMemoryStream stream, InMemoryBusOptions options)
    {
        (stream.Subscriptions.Length > 0 ? _watched : _unwatched).AddLast(stream.MakerPlace ??= new LinkedListNode<InMemoryStream>(stream));
        stream.Maker = this;
        AddBytes(stream.CountedBytes, options);
    }

    public void Remove(InMemoryStream stream, InMemoryBusOptions options)
    {
        stream.MakerPlace!.List!.Remove(stream.MakerPlace);
        stream.Maker = null;
        AddBytes(-stream.CountedBytes, options);
    }

    private void AddBytes(long bytes, InMemoryBusOptions options)
    {
        Bytes += bytes;
        Share = Math.Max(Count / (double)options.MaxStreams, Bytes / (double)options.MaxBytes);
    }
}
