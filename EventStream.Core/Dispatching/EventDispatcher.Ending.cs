namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    // What is left after the dispatcher gave up is quick, unless a callback of the caller's blocks.
    private static readonly TimeSpan GivingUpTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _givingUp = new();
    private Task? _disposal;

    /// <summary>Takes no further events, and returns when the queued ones are stored or <see cref="DispatcherOptions.DisposeTimeout"/> has passed; then the rest is given up.</summary>
    /// <remarks>Throws nothing, because the end of a host must not fail for its telemetry: a log line tells how many events were given up and why. Call <see cref="FlushAsync"/> before to get an exception.</remarks>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposal is null)
            {
                var stored = NextFlushPointNeedsLock();
                _disposal = Task.Run(() => EndAsync(stored), CancellationToken.None);
            }
            return new ValueTask(_disposal);
        }
    }

    /// <summary>Does what <see cref="DisposeAsync"/> does and blocks meanwhile, for callers that can't await. It needs no synchronisation context.</summary>
    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        _givingUp.Dispose();
    }

    /// <summary>Waits a moment for what is queued, and tells what is lost with the process. Publishing goes on to be accepted: an exception now would crash the end.</summary>
    /// <param name="what">Why the process ends, as the start of a sentence.</param>
    internal async Task EndWithProcessAsync(string what)
    {
        Task stored;
        lock (_lock) stored = NextFlushPointNeedsLock();
        var isStored = await IsDoneAsync(stored, ProcessEnd.Timeout, TimeProvider.System).ConfigureAwait(false);
        long unfinished, untold;
        string? reason;
        lock (_lock) (unfinished, untold, reason) = (isStored ? 0 : _capacity.HeldNeedsLock, _givenUp.TakeNeedsLock(), (_outage.Cause ?? _lastFailure?.Exception)?.Message);
        if (unfinished + untold == 0) return;
        reason ??= $"The bus didn't answer within {ProcessEnd.Timeout.TotalSeconds} seconds.";
        _logger.WriteLine($"{what} with {unfinished + untold} events not known to be stored; FlushAsync or disposing would wait longer. {reason}");
    }

    private async Task EndAsync(Task stored)
    {
        var isDone = await IsDoneAsync(stored, _options.DisposeTimeout, _time).ConfigureAwait(false)
            || await IsDoneAsync(Task.WhenAll(_givingUp.CancelAsync(), stored), GivingUpTimeout, _time).ConfigureAwait(false);
        if (isDone) _givingUp.Dispose();
        ProcessEnd.Forget(this);
        long left, dropped;
        lock (_lock) (left, dropped) = (isDone ? 0 : _capacity.HeldNeedsLock, _dropped.EndNeedsLock());
        if (dropped > 0) Log.DeltasTakenAgain(_logger, dropped);
        if (left > 0) Log.EventsLeft(_logger, left);
        TellGivenUp();
    }

    private static async Task<bool> IsDoneAsync(Task task, TimeSpan timeout, TimeProvider time)
    {
        try
        {
            await task.WaitAsync(timeout, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (AggregateException)
        {
            // What an appender does when it is cancelled is its own code.
            return true;
        }
    }
}
