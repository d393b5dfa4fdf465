using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>Reads of logs that may wait, a few at a time on a node: replays, histories and the search for a job or run. Joins and healing don't go through here, so they come first.</summary>
internal sealed class BulkReads(IEventBus bus)
{
    /// <summary>The most events of one read: about half a millisecond of Redis, which is what an append waits behind each.</summary>
    public const int MaxEvents = 256;

    /// <summary>How many go on at once.</summary>
    public const int AtOnce = 4;

    // A semaphore that only waits asynchronously holds nothing to dispose of.
    private SemaphoreSlim Places { get; } = new(AtOnce);

    /// <inheritdoc cref="IEventBus.ReadAsync"/>
    public async Task<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken)
    {
        await Places.WaitAsync(cancellationToken);
        try
        {
            return await bus.ReadAsync(stream, after, Math.Min(maxEvents, MaxEvents), cancellationToken);
        }
        finally
        {
            Places.Release();
        }
    }
}
