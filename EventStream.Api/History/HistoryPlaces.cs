namespace EventStream.Api.History;

/// <summary>The histories that are read at once on a node, and those that wait for it, which hold nothing yet.</summary>
internal sealed class HistoryPlaces
{
    /// <summary>How many are read at once: each may hold <see cref="HistoryRead.MaxLookedBytes"/>.</summary>
    public const int AtOnce = 8;

    /// <summary>How many may wait.</summary>
    public const int MaxWaiting = 256;

    // A semaphore that only waits asynchronously holds nothing to dispose of.
    private SemaphoreSlim Places { get; } = new(AtOnce);
    private int _present;

    /// <summary>How many have a place or wait for one.</summary>
    public int Present => Volatile.Read(ref _present);

    /// <summary>Takes a place, once there is one.</summary>
    /// <returns>What gives it back; null when too many wait.</returns>
    public async ValueTask<IDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _present) > AtOnce + MaxWaiting)
        {
            Interlocked.Decrement(ref _present);
            return null;
        }
        try
        {
            await Places.WaitAsync(cancellationToken);
            return new Place(this);
        }
        catch
        {
            Interlocked.Decrement(ref _present);
            throw;
        }
    }

    private sealed class Place(HistoryPlaces places) : IDisposable
    {
        public void Dispose()
        {
            places.Places.Release();
            Interlocked.Decrement(ref places._present);
        }
    }
}
