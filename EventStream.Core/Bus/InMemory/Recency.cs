namespace EventStream.Bus.InMemory;

/// <summary>Which streams were used longest ago, and how much all of them hold. Its lock is taken inside a stream's, never around one.</summary>
internal sealed class Recency(InMemoryBusOptions options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<InMemoryStream> _unwatched = new();
    private readonly LinkedList<InMemoryStream> _watched = new();
    private long _bytes;

    /// <summary>Counts what the stream holds now and makes it the newest.</summary>
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

    /// <summary>Takes out the stream to be forgotten next; null while the bounds hold.</summary>
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

    public bool CountsNeedsLock(InMemoryStream stream)
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
