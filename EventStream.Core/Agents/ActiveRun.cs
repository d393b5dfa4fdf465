using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Agents;

/// <summary>A run on its way in this process.</summary>
internal sealed class ActiveRun : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _done = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<Exception> _onFault;
    private int _hasBegun;

    /// <param name="dispatcher">Publishes its events.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="onFault">Takes what a callback of the handler throws when the run shall stop.</param>
    /// <param name="stoppingToken">The host stops.</param>
    public ActiveRun(EventDispatcher dispatcher, RunRequest request, Action<Exception> onFault, CancellationToken stoppingToken)
    {
        (_onFault, Request) = (onFault, request);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        (Context, Done) = (new RunContext(dispatcher, request, _stop.Token), _done.Token);
    }

    public RunRequest Request { get; }

    public RunContext Context { get; }

    /// <summary>Is cancelled when the handler has returned.</summary>
    public CancellationToken Done { get; }

    /// <summary>Completes when it was asked to stop, or is lost.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Why it was asked to stop.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether a server has ended it, or will.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether the caller is the first that begins it.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _hasBegun, 1) == 0;

    public void Interrupt(string? reason)
    {
        Reason ??= reason ?? "interrupted";
        Stop();
    }

    public void Lose()
    {
        IsLost = true;
        Stop();
    }

    /// <summary>The handler has returned.</summary>
    /// <param name="alive">What renews the lease; it ends.</param>
    public async Task DoneAsync(Task alive)
    {
        await _done.CancelAsync().ConfigureAwait(false);
        await alive.ConfigureAwait(false);
    }

    /// <summary>Publishes the end, unless the handler has done so itself.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task EndAsync(CanonicalPayload? end)
    {
        if (end is null) return;
        try
        {
            await Context.Events.PublishAndConfirmAsync(end, CancellationToken.None).ConfigureAwait(false);
        }
        catch (EventRejectedException e) when (end is RunCompleted)
        {
            var failed = new RunFailed { RunId = Context.RunId, Error = $"What the run has produced can't be published: {e.Message}", ErrorType = "output_rejected", Agent = Context.Agent };
            await EndAsync(failed).ConfigureAwait(false);
        }
        catch (RunEndedException)
        {
            // Its handler, or a server, was first.
        }
    }

    public void Dispose()
    {
        Context.End();
        _stop.Dispose();
        _done.Dispose();
    }

    private void Stop()
    {
        _asked.TrySetResult();
        // What a handler has registered runs then, and may throw or take its time.
        _ = Task.Run(StopAsync, CancellationToken.None);
    }

    private async Task StopAsync()
    {
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
        catch (AggregateException e)
        {
            _onFault(e);
        }
    }
}
