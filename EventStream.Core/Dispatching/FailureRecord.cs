namespace EventStream.Dispatching;

/// <summary>What was given up since the last flush. Every call needs the dispatcher's lock.</summary>
internal sealed class FailureRecord
{
    // A worker that never flushes must not keep every failed event: 16 batches are at most 16 MiB.
    private const int MaxHeld = 16;

    private List<DispatchFailure> _failures = [];
    private long _events;

    public void AddNeedsLock(DispatchFailure failure)
    {
        _events += failure.Events.Count;
        if (_failures.Count < MaxHeld) _failures.Add(failure);
    }

    public DispatchFailedException? TakeNeedsLock()
    {
        if (_failures.Count == 0) return null;
        var taken = new DispatchFailedException(_failures, _events);
        (_failures, _events) = ([], 0);
        return taken;
    }
}
