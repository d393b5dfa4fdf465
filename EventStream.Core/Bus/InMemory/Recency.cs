namespace EventStream.Bus.InMemory;

/// <summary>Orders streams by their last use and adds up the bytes that they hold. Its lock may be taken while a stream's lock is held, never the other way round.</summary>
internal sealed class Recency(InMemoryBusOptions options)
{
    // .NET collects late: with what it hasn't collected yet, the process takes 1.2 times what is held, and 2 times while streams are replaced all the time.
    private const double ResidentPart = 1.5;

    private readonly Lock _gate = new();
    private readonly LinkedList<InMemoryStream> _unwatched = new();
    private readonly LinkedList<InMemoryStream> _watched = new();
    private readonly StreamMakers _makers = new(options);
    private InMemoryStream? _newest;
    private long _bytes;

    /// <summary>What all streams take on the heap.</summary>
    public long HeldBytes
    {
        get { lock (_gate) return _bytes + _makers.HeldBytes; }
    }

    /// <summary>Counts the stream's bytes and makes it the most recently used one.</summary>
    public void UpdateNeedsLock(InMemoryStream stream)
    {
        var bytes = stream.HeldBytes;
        lock (_gate)
        {
            RemoveNeedsLock(stream);
            _bytes += bytes;
            stream.CountedBytes = bytes;
            // Forgetting a stream without a log would free nothing.
            if (stream.Log is null) return;
            (stream.Subscriptions.Length > 0 ? _watched : _unwatched).AddLast(stream.Place);
            if (stream.MadeBy is { } maker) _makers.Add(stream, maker);
            _newest = stream;
        }
    }

    /// <summary>Removes the stream that must be forgotten next; null while the bounds hold.</summary>
    public InMemoryStream? TakeExcess()
    {
        lock (_gate)
        {
            var count = _unwatched.Count + _watched.Count;
            if (count <= 1 || (count <= options.MaxStreams && ResidentPart * (_bytes + _makers.HeldBytes) <= options.MaxBytes)) return null;
            var stream = NextNeedsLock();
            RemoveNeedsLock(stream);
            return stream;
        }
    }

    public bool ContainsNeedsLock(InMemoryStream stream)
    {
        lock (_gate) return stream.Place.List is not null;
    }

    // The maker of the most streams loses its own first, so a publisher that names many projects pushes out none of the streams of others.
    private InMemoryStream NextNeedsLock()
    {
        if (_makers.Greediest?.Oldest is { } oldest && oldest != _newest) return oldest;
        var unwatched = _unwatched.First?.Value;
        return unwatched is not null && (unwatched != _newest || _watched.First is null) ? unwatched : _watched.First!.Value;
    }

    private void RemoveNeedsLock(InMemoryStream stream)
    {
        if (stream.Maker is { } maker) _makers.Remove(stream, maker);
        stream.Place.List?.Remove(stream.Place);
        _bytes -= stream.CountedBytes;
        stream.CountedBytes = 0;
    }
}
