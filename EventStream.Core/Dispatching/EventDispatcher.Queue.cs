using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly QueueCapacity _capacity;
    private readonly DeltaDrops _dropped = new();
    private readonly FailureRecord _failures = new();
    private FlushPoint _flushPoint = new(Task.CompletedTask);

    /// <summary>Returns when every event that was published before is stored.</summary>
    /// <exception cref="DispatchFailedException">Events were given up since the last flush.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher was disposed.</exception>
    /// <param name="cancellationToken">Ends the wait; what is queued goes on its way all the same.</param>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        Task stored;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            stored = NextFlushPointNeedsLock();
        }
        await stored.WaitAsync(cancellationToken).ConfigureAwait(false);
        DispatchFailedException? failures;
        lock (_lock) failures = _failures.TakeNeedsLock();
        if (failures is not null) throw failures;
    }

    private Task NextFlushPointNeedsLock()
    {
        var stored = _flushPoint.CloseNeedsLock();
        _flushPoint = new FlushPoint(stored);
        return stored;
    }

    private ValueTask QueueAsync(Event envelope, BatchKind kind, TaskCompletionSource<EventReceipt>? confirmation, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        LinkedListNode<WaitingCaller> waiting;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            var queued = new QueuedEvent(envelope, kind, _flushPoint, confirmation);
            var reserved = _capacity.TryReserveNeedsLock(queued);
            if (!reserved && _options.WhenFull == WhenFull.DropDeltas && DeltaDrops.MayDrop(queued))
            {
                if (_dropped.AddNeedsLock()) Log.DeltasDropped(_logger);
                return ValueTask.CompletedTask;
            }
            _flushPoint.BeginNeedsLock();
            if (reserved)
            {
                AddToLaneNeedsLock(queued);
                return ValueTask.CompletedTask;
            }
            waiting = _capacity.WaitNeedsLock(queued);
        }
        return new ValueTask(WaitForCapacityAsync(waiting, cancellationToken));
    }

    private async Task WaitForCapacityAsync(LinkedListNode<WaitingCaller> waiting, CancellationToken cancellationToken)
    {
        var cancelling = cancellationToken.UnsafeRegister((_, token) => CancelWaiting(waiting, token), null);
        await using (cancelling.ConfigureAwait(false)) await waiting.Value.Admitted.ConfigureAwait(false);
    }

    private void CancelWaiting(LinkedListNode<WaitingCaller> waiting, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_capacity.TryRemoveNeedsLock(waiting)) return;
            waiting.Value.Queued.FlushPoint.FinishNeedsLock();
        }
        waiting.Value.Cancel(cancellationToken);
    }

    private void AddToLaneNeedsLock(in QueuedEvent queued)
    {
        var sessionId = queued.Event.SessionId;
        if (_lanes.TryGetValue(sessionId, out var lane))
        {
            lane.AddNeedsLock(queued);
            return;
        }
        _lanes[sessionId] = lane = new Lane(StreamKey.Session(sessionId));
        lane.AddNeedsLock(queued);
        // Without the caller's execution context: its trace and its locals are not those of later events.
        ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start.Dispatcher.DrainAsync(start.Lane), (Dispatcher: this, Lane: lane), preferLocal: false);
    }
}
