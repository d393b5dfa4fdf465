using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events.Payloads;

namespace EventStream.Agents;

/// <summary>A run on its way in this process.</summary>
internal sealed class ActiveRun : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _done = new();

    public ActiveRun(EventDispatcher dispatcher, RunRequest request, CancellationToken stoppingToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        (Context, Done) = (new RunContext(dispatcher, request, _stop.Token), _done.Token);
    }

    public RunContext Context { get; }

    /// <summary>Is cancelled when the handler has returned.</summary>
    public CancellationToken Done { get; }

    /// <summary>Why it was asked to stop.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether a server has ended it, or will.</summary>
    public bool IsLost { get; private set; }

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
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }
}
