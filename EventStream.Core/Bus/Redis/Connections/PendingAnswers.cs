using System.Diagnostics.CodeAnalysis;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Connections;

/// <summary>The commands that wait for an answer. Redis answers in the order of the commands.</summary>
internal sealed class PendingAnswers(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<(TaskCompletionSource<RedisResult?> Answer, long Since)> _waiting = new();
    private Exception? _end;

    /// <summary>For how long the oldest of them has waited; zero while there is none.</summary>
    public TimeSpan LongestWait
    {
        get
        {
            lock (_lock) return _waiting.TryPeek(out var oldest) ? time.GetElapsedTime(oldest.Since) : TimeSpan.Zero;
        }
    }

    /// <summary>Makes a place for the answer to the command that is sent next.</summary>
    /// <param name="answered">Completes with the answer; null where its kind tells all.</param>
    /// <returns>False once the connection has ended; then the task has failed.</returns>
    public bool TryAdd(out Task<RedisResult?> answered)
    {
        lock (_lock)
        {
            if (_end is not null)
            {
                answered = Task.FromException<RedisResult?>(_end);
                return false;
            }
            var waiting = new TaskCompletionSource<RedisResult?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((waiting, time.GetTimestamp()));
            answered = waiting.Task;
            return true;
        }
    }

    public void Answer(RedisResult? answer)
    {
        if (TryTake(out var waiting)) waiting.TrySetResult(answer);
    }

    public void Refuse(Exception refusal)
    {
        if (TryTake(out var waiting)) waiting.TrySetException(refusal);
    }

    /// <summary>Fails those that wait and all that come later.</summary>
    public void End(Exception reason)
    {
        lock (_lock)
        {
            _end ??= reason;
            while (_waiting.TryDequeue(out var waiting)) waiting.Answer.TrySetException(_end);
        }
    }

    private bool TryTake([NotNullWhen(true)] out TaskCompletionSource<RedisResult?>? waiting)
    {
        lock (_lock)
        {
            waiting = _waiting.TryDequeue(out var oldest) ? oldest.Answer : null;
            return waiting is not null;
        }
    }
}
