namespace EventStream.Dispatching;

/// <summary>Bounds what the dispatcher holds; callers beyond that wait in the order of their calls. Every call needs the dispatcher's lock.</summary>
internal sealed class Room(int maxEvents, long maxBytes)
{
    private readonly LinkedList<WaitingCaller> _waiting = new();
    private int _events;
    private long _bytes;

    public bool IsHalfEmptyNeedsLock => _waiting.Count == 0 && _events <= maxEvents / 2 && _bytes <= maxBytes / 2;

    private bool HasSpace => _events < maxEvents && _bytes < maxBytes;

    /// <summary>Takes the event's place, unless it is full or others wait already.</summary>
    public bool TryEnterNeedsLock(in QueuedEvent queued)
    {
        if (_waiting.Count > 0 || !HasSpace) return false;
        Take(queued);
        return true;
    }

    public LinkedListNode<WaitingCaller> WaitNeedsLock(in QueuedEvent queued) => _waiting.AddLast(new WaitingCaller(queued));

    /// <summary>Takes a caller out of the line; false when its event was let in already.</summary>
    public bool TryLeaveNeedsLock(LinkedListNode<WaitingCaller> node)
    {
        if (node.List is null) return false;
        _waiting.Remove(node);
        return true;
    }

    public void ReleaseNeedsLock(in QueuedEvent queued)
    {
        _events--;
        _bytes -= queued.Bytes;
    }

    /// <summary>The next waiting caller that there is space for now; its event has its place then.</summary>
    public WaitingCaller? AdmitNeedsLock()
    {
        if (_waiting.First is not { } first || !HasSpace) return null;
        _waiting.RemoveFirst();
        Take(first.Value.Queued);
        return first.Value;
    }

    private void Take(in QueuedEvent queued)
    {
        _events++;
        _bytes += queued.Bytes;
    }
}
