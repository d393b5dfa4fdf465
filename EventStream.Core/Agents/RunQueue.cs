namespace EventStream.Agents;

/// <summary>The runs that wait for a place, those of each session in turn.</summary>
internal sealed class RunQueue : IDisposable
{
    /// <summary>The most that wait; beyond it the oldest of the session that has most is dropped, and another worker may take it.</summary>
    public const int MaxWaiting = 10_000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly LinkedList<Queue<RunRequest>> _turns = new();
    private readonly Dictionary<string, LinkedListNode<Queue<RunRequest>>> _sessions = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Takes in a run that isn't there yet.</summary>
    /// <returns>The one that is dropped for it; null when there is room.</returns>
    public RunRequest? Add(RunRequest request)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(request.SessionId, out var turn)) _sessions[request.SessionId] = turn = _turns.AddLast(new Queue<RunRequest>());
            turn.Value.Enqueue(request);
            if (++_count <= MaxWaiting)
            {
                _waiting.Release();
                return null;
            }
            var most = _turns.MaxBy(queue => queue.Count)!;
            return TakeNeedsLock(_sessions[most.Peek().SessionId]);
        }
    }

    /// <summary>Waits for the next.</summary>
    public async Task<RunRequest> TakeAsync(CancellationToken cancellationToken)
    {
        await _waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            var turn = _turns.First!;
            var request = TakeNeedsLock(turn);
            if (turn.List is null) return request;
            _turns.RemoveFirst();
            _turns.AddLast(turn);
            return request;
        }
    }

    public void Dispose() => _waiting.Dispose();

    private RunRequest TakeNeedsLock(LinkedListNode<Queue<RunRequest>> turn)
    {
        var request = turn.Value.Dequeue();
        _count--;
        if (turn.Value.Count > 0) return request;
        _turns.Remove(turn);
        _sessions.Remove(request.SessionId);
        return request;
    }
}
