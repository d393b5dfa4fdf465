using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>An event on its way.</summary>
/// <param name="Event">The event.</param>
/// <param name="Kind">Only events of the same kind share a batch.</param>
/// <param name="FlushPoint">The flush that waits for it.</param>
/// <param name="Confirmation">Takes its receipt, when the caller waits for one.</param>
internal readonly record struct QueuedEvent(Event Event, BatchKind Kind, FlushPoint FlushPoint, TaskCompletionSource<EventReceipt>? Confirmation)
{
    // What envelope members take beside the payload, on the wire as in memory.
    private const int EnvelopeBytes = 512;

    public int Bytes => Event.Payload.Utf8.Length + EnvelopeBytes;
}
