namespace EventStream.Bus.InMemory;

/// <summary>Orders streams by their last use and adds up the bytes that they hold. Its lock may be taken while a stream's lock is held, never the other way round.</summary>
internal sealed class Recency(InMemoryBusOptions options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<InMemoryStream> _unwatched = new();
    private readonly LinkedList<InMemoryStream> _watched = new();
    private long _bytes;

    /// <summary>Counts the stream's bytes and makes it the most recently used one.</summary>
    public void UpdateNeedsLock(InMemoryStream stream)
    {
        var bytes = stream.Log?.Bytes ?? 0;
        lock (_gate)
        {
            RemoveNeedsLock(stream);
            if (stream.Log is null) return;
            _bytes += bytes;
            stream.CountedBytes = bytes;
            (stream.Subscriptions.Length > 0 ? _watched : _unwatched).AddLast(stream.Place);
        }
    }

    /// <summary>Removes the stream that must be forgotten next; null while the bounds hold.</summary>
    public InMemoryStream? TakeExcess()
    {
        lock (_gate)
        {
            var count = _unwatched.Count + _watched.Count;
            if (count <= 1 || (count <= options.MaxStreams && _bytes <= options.MaxBytes)) return null;
            var stream = (_unwatched.First ?? _watched.First)!.Value;
            RemoveNeedsLock(stream);
            return stream;
        }
    }

    public bool ContainsNeedsLock(InMemoryStream stream)
    {
        lock (_gate) return stream.Place.List is not null;
    }

    private void RemoveNeedsLock(InMemoryStream stream)
    {
        stream.Place.List?.Remove(stream.Place);
        _bytes -= stream.CountedBytes;
        stream.CountedBytes = 0;
    }
}
