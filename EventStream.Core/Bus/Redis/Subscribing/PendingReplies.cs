namespace EventStream.Bus.Redis.Subscribing;

/// <summary>The commands that wait for an answer. Redis answers in the order of the commands.</summary>
internal sealed class PendingReplies
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private Exception? _end;

    /// <summary>Makes a place for the answer to the command that is sent next.</summary>
    /// <param name="answered">Completes with the answer.</param>
    /// <returns>False once the connection has ended; then the task has failed.</returns>
    public bool TryAdd(out Task answered)
    {
        lock (_lock)
        {
            if (_end is not null)
            {
                answered = Task.FromException(_end);
                return false;
            }
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiting);
            answered = waiting.Task;
            return true;
        }
    }

    public void Answer(Exception? refusal)
    {
        TaskCompletionSource? waiting;
        lock (_lock) _waiting.TryDequeue(out waiting);
        if (refusal is null) waiting?.TrySetResult();
        else waiting?.TrySetException(refusal);
    }

    /// <summary>Fails those that wait and all that come later.</summary>
    public void End(Exception reason)
    {
        lock (_lock)
        {
            _end ??= reason;
            while (_waiting.TryDequeue(out var waiting)) waiting.TrySetException(_end);
        }
    }
}
