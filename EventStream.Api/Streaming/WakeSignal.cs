using System.Threading.Tasks.Sources;

namespace EventStream.Api.Streaming;

/// <summary>Lets one waiter sleep until somebody wakes it; waking it early or twice costs and loses nothing.</summary>
internal sealed class WakeSignal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private bool _isSet, _isAwaited;

    public void Set()
    {
        lock (_lock)
        {
            if (_isSet) return;
            _isSet = true;
            if (!_isAwaited) return;
            _isAwaited = false;
        }
        _source.SetResult(true);
    }

    /// <summary>Returns at once when it was set since the last wait. At most one wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }
            _source.Reset();
            _isAwaited = true;
            return new ValueTask(this, _source.Version);
        }
    }

    /// <summary>Takes the place of the waiter, which sleeps on until <see cref="Release"/>. Wakes it later when it isn't waiting at this moment.</summary>
    /// <returns>Whether it was waiting.</returns>
    public bool TryStandIn()
    {
        lock (_lock)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return false;
            }
            _isAwaited = false;
            return true;
        }
    }

    /// <summary>Gives the place of the waiter back.</summary>
    /// <param name="wake">Whether the waiter has something to do; it is woken too when somebody else wanted to meanwhile.</param>
    public void Release(bool wake)
    {
        lock (_lock)
        {
            if (!_isSet && !wake)
            {
                _isAwaited = true;
                return;
            }
            _isSet = true;
        }
        _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        lock (_lock) _isSet = false;
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
