using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>One session's way to the bus: events leave in the order in which they came, one append at a time.</summary>
internal sealed class Lane(StreamKey stream)
{
    // A quarter of what a request may hold: large enough to be efficient, small enough not to stall the bus for others.
    private const int MaxBatchBytes = EventLimits.MaxBatchBytes / 4;

    private readonly Queue<QueuedEvent> _queue = new();

    public StreamKey Stream => stream;

    /// <summary>Whether the bus hasn't answered since this lane's last append began.</summary>
    public bool IsStalled { get; set; }

    public bool IsEmptyNeedsLock => _queue.Count == 0;

    public void AddNeedsLock(in QueuedEvent queued) => _queue.Enqueue(queued);

    /// <summary>Takes the next batch: as much as one request may hold, all of one kind.</summary>
    public List<QueuedEvent> TakeBatchNeedsLock()
    {
        var batch = new List<QueuedEvent>(Math.Min(_queue.Count, EventLimits.MaxBatchEvents));
        var bytes = 0;
        while (batch.Count < EventLimits.MaxBatchEvents && _queue.TryPeek(out var next))
        {
            bytes += next.Bytes;
            if (batch.Count > 0 && (bytes > MaxBatchBytes || next.Kind != batch[0].Kind)) break;
            batch.Add(_queue.Dequeue());
        }
        return batch;
    }
}
