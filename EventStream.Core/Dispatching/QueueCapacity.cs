namespace EventStream.Dispatching;

/// <summary>Bounds what the dispatcher holds; further callers wait in the order of their calls. Every call needs the dispatcher's lock.</summary>
internal sealed class QueueCapacity(int maxEvents, long maxBytes)
{
    private readonly LinkedList<WaitingCaller> _waiting = new();
    private int _events;
    private long _bytes;

    public bool IsHalfFreeNeedsLock => _waiting.Count == 0 && _events <= maxEvents / 2 && _bytes <= maxBytes / 2;

    /// <summary>How many events are neither stored nor given up, with those of callers that wait.</summary>
    public long HeldNeedsLock => _events + _waiting.Count;

    private bool IsFull => _events >= maxEvents || _bytes >= maxBytes;

    /// <summary>False when the dispatcher is full. No caller is overtaken: those that wait are admitted as soon as capacity is released.</summary>
    public bool TryReserveNeedsLock(in QueuedEvent queued)
    {
        if (IsFull) return false;
        Reserve(queued);
        return true;
    }

    public LinkedListNode<WaitingCaller> WaitNeedsLock(in QueuedEvent queued) => _waiting.AddLast(new WaitingCaller(queued));

    /// <summary>Takes a caller out of the line; false when it was admitted already.</summary>
    public bool TryRemoveNeedsLock(LinkedListNode<WaitingCaller> waiting)
    {
        if (waiting.List is null) return false;
        _waiting.Remove(waiting);
        return true;
    }

    public void ReleaseNeedsLock(in QueuedEvent queued)
    {
        _events--;
        _bytes -= queued.Bytes;
    }

    /// <summary>The next caller that waits, with capacity reserved for its event; null when none waits or the dispatcher is full.</summary>
    public WaitingCaller? AdmitNeedsLock()
    {
        if (_waiting.First is not { } first || IsFull) return null;
        _waiting.RemoveFirst();
        Reserve(first.Value.Queued);
        return first.Value;
    }

    private void Reserve(in QueuedEvent queued)
    {
        _events++;
        _bytes += queued.Bytes;
    }
}
