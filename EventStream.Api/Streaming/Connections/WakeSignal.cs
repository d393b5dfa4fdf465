using System.Threading.Tasks.Sources;

namespace EventStream.Api.Streaming.Connections;

/// <summary>Lets one waiter sleep until it is woken; waking it early or twice costs and loses nothing.</summary>
internal sealed class WakeSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int IsAwaited = 2;
    private const int IsStoodIn = 3;
    private const int IsStoodInAndSet = 4;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Set()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Idle when TryMove(Idle, IsSet):
                case IsStoodIn when TryMove(IsStoodIn, IsStoodInAndSet):
                case IsSet or IsStoodInAndSet:
                    return;
                case IsAwaited when TryMove(IsAwaited, IsSet):
                    _source.SetResult(true);
                    return;
            }
        }
    }

    /// <summary>Returns at once when it was set since the last wait. At most one wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (!TryMove(IsSet, Idle))
        {
            _source.Reset();
            if (TryMove(Idle, IsAwaited)) return new ValueTask(this, _source.Version);
            // It was set meanwhile.
            Interlocked.Exchange(ref _state, Idle);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes the place of the waiter, which sleeps on until <see cref="Release"/>. Sets the signal when it isn't waiting at this moment.</summary>
    /// <returns>Whether it was waiting. One at a time: it is refused while another stands in.</returns>
    public bool TryStandIn()
    {
        if (TryMove(IsAwaited, IsStoodIn)) return true;
        Set();
        return false;
    }

    /// <summary>Gives the place of the waiter back.</summary>
    /// <param name="wake">Whether the waiter has something to do; it is also woken when another call of Set came meanwhile.</param>
    public void Release(bool wake)
    {
        if (!wake && TryMove(IsStoodIn, IsAwaited)) return;
        Volatile.Write(ref _state, IsSet);
        _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        // A full fence: the waiter's next reads come after any later Set can find the signal idle.
        Interlocked.Exchange(ref _state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool TryMove(int from, int to) => Interlocked.CompareExchange(ref _state, to, from) == from;
}
