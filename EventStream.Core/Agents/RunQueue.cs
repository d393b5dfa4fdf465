namespace EventStream.Agents;

/// <summary>The runs that wait for a place, those of each session in turn.</summary>
/// <param name="maxOfSession">How many runs of a session go on at once; the others wait, and hold no place.</param>
internal sealed class RunQueue(int maxOfSession = int.MaxValue) : IDisposable
{
    /// <summary>The most that wait; beyond it the oldest of the session that has most is dropped, and another worker may take it.</summary>
    public const int MaxWaiting = 10_000;

    private readonly Lock _lock = new();

    // Counts at least the runs that can be taken: a worker that finds none waits again.
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly LinkedList<SessionTurn> _turns = new();
    private readonly Dictionary<string, SessionTurn> _sessions = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Takes in a run that isn't there yet.</summary>
    /// <returns>The one that is dropped for it; null when there is room.</returns>
    public RunRequest? Add(RunRequest request)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(request.SessionId, out var turn)) _sessions[request.SessionId] = turn = new SessionTurn();
            turn.Waiting.Enqueue(request);
            QueueNeedsLock(turn);
            _waiting.Release();
            if (_count == MaxWaiting) return TakeNeedsLock(_sessions.Values.MaxBy(other => other.Waiting.Count)!);
            _count++;
            return null;
        }
    }

    /// <summary>Waits for the next. It goes on until <see cref="End"/>.</summary>
    public async Task<RunRequest> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (_turns.First?.Value is not { } turn) continue;
                _turns.Remove(turn.Place);
                _count--;
                turn.Active++;
                var request = TakeNeedsLock(turn);
                QueueNeedsLock(turn);
                return request;
            }
        }
    }

    /// <summary>A run that was taken is over.</summary>
    public void End(RunRequest request)
    {
        lock (_lock)
        {
            var turn = _sessions[request.SessionId];
            turn.Active--;
            QueueNeedsLock(turn);
            if (turn.Waiting.Count > 0) _waiting.Release();
            else if (turn.Active == 0) _sessions.Remove(request.SessionId);
        }
    }

    public void Dispose() => _waiting.Dispose();

    private void QueueNeedsLock(SessionTurn turn)
    {
        if (turn.Place.List is null && turn.Waiting.Count > 0 && turn.Active < maxOfSession) _turns.AddLast(turn.Place);
    }

    private RunRequest TakeNeedsLock(SessionTurn turn)
    {
        var request = turn.Waiting.Dequeue();
        if (turn.Waiting.Count > 0) return request;
        if (turn.Place.List is not null) _turns.Remove(turn.Place);
        if (turn.Active == 0) _sessions.Remove(request.SessionId);
        return request;
    }

    private sealed class SessionTurn
    {
        public SessionTurn() => Place = new LinkedListNode<SessionTurn>(this);

        public LinkedListNode<SessionTurn> Place { get; }

        public Queue<RunRequest> Waiting { get; } = new();

        /// <summary>How many of its runs go on.</summary>
        public int Active { get; set; }
    }
}
