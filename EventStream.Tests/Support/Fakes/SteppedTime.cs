using Microsoft.Extensions.Time.Testing;

namespace EventStream.Tests.Support;

/// <summary>A clock that stands still until a test moves it, and that knows when its next timer is due.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<WatchedTimer> _timers = [];

    /// <summary>The time until the next timer fires; null while none is set.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            var now = GetUtcNow();
            lock (_gate) return _timers.Where(timer => timer.Due > now).Min(timer => timer.Due) - now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, base.CreateTimer(callback, state, dueTime, period), dueTime);
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    /// <summary>Waits until a timer is set and moves the clock to it.</summary>
    /// <returns>How far the clock moved.</returns>
    public async Task<TimeSpan> AdvanceToNextTimerAsync(CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync(() => UntilNextTimer is not null, cancellationToken);
        var distance = UntilNextTimer!.Value;
        Advance(distance);
        return distance;
    }

    private sealed class WatchedTimer(SteppedTime owner, ITimer timer, TimeSpan dueTime) : ITimer
    {
        /// <summary>When the timer first fires; null when it was never set.</summary>
        public DateTimeOffset? Due { get; private set; } = owner.DueIn(dueTime);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isChanged = timer.Change(dueTime, period);
            lock (owner._gate) Due = owner.DueIn(dueTime);
            return isChanged;
        }

        public void Dispose()
        {
            lock (owner._gate) owner._timers.Remove(this);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private DateTimeOffset? DueIn(TimeSpan time) => time < TimeSpan.Zero ? null : GetUtcNow() + time;
}
