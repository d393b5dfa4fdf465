using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private static readonly ExecutionContext Empty = EmptyContext();

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
        LinkedListNode<WaitingCaller>? waiting = null;
        Lane? begun = null;
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
            if (reserved) begun = AddToLaneNeedsLock(queued);
            else waiting = _capacity.WaitNeedsLock(queued);
        }
        if (begun is not null) Begin(begun);
        if (waiting is null) return ValueTask.CompletedTask;
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

    /// <returns>The lane where it has to begin.</returns>
    private Lane? AddToLaneNeedsLock(in QueuedEvent queued)
    {
        var sessionId = queued.Event.SessionId;
        if (_lanes.TryGetValue(sessionId, out var lane))
        {
            lane.AddNeedsLock(queued);
            return null;
        }
        _lanes[sessionId] = lane = new Lane(StreamKey.Session(sessionId));
        lane.AddNeedsLock(queued);
        return lane;
    }

    // Without the caller's execution context: its trace and its locals are not those of later events.
    private void Begin(Lane lane)
    {
        if (_appender is INonBlockingAppender) ExecutionContext.Run(Empty, _ => _ = DrainAsync(lane), null);
        else BeginElsewhere(lane);
    }

    private void BeginElsewhere(Lane lane) =>
        ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start.Dispatcher.DrainAsync(start.Lane), (Dispatcher: this, Lane: lane), preferLocal: false);

    // Only a thread that was given none has an empty one to show.
    private static ExecutionContext EmptyContext()
    {
        ExecutionContext? empty = null;
        var thread = new Thread(() => empty = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return empty!;
    }
}
