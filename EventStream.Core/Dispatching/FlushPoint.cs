namespace EventStream.Dispatching;

/// <summary>The events between two flushes, and all before them. Every call needs the dispatcher's lock.</summary>
internal sealed class FlushPoint(Task before)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unfinished;
    private bool _closed;

    public void BeginNeedsLock() => _unfinished++;

    public void FinishNeedsLock()
    {
        _unfinished--;
        CompleteNeedsLock();
    }

    /// <summary>Takes no further events. The result completes when these and all before are stored or given up.</summary>
    public Task CloseNeedsLock()
    {
        _closed = true;
        CompleteNeedsLock();
        return before.IsCompleted ? _done.Task : Task.WhenAll(before, _done.Task);
    }

    private void CompleteNeedsLock()
    {
        if (_closed && _unfinished == 0) _done.TrySetResult();
    }
}
