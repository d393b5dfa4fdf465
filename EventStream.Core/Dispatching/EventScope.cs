using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Something that begins and ends, such as a tool call. Disposing it publishes its end, so that whatever happens in between it doesn't stay open for those who watch.</summary>
/// <remarks>
/// Disposing it again does nothing. A run that is disposed ends what is still open in it first. A scope that is never disposed stays open, as after a crash;
/// when a server holds a lease of its run, the run ends by that.
/// </remarks>
public abstract class EventScope : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<EventScope> _open = [];
    private readonly EventScope? _owner;
    private readonly Task _begun;
    private bool _isOver;

    private protected EventScope(IEventTarget target, CanonicalPayload beginning)
    {
        (target as EventScope)?.ThrowIfOver();
        Target = target;
        // Completes later while the dispatcher is full; what follows keeps its place behind it.
        _begun = target.PublishAsync(beginning).AsTask();
        _owner = target as EventScope;
        _owner?.Add(this);
    }

    private protected IEventTarget Target { get; }

    /// <summary>Publishes the end.</summary>
    /// <remarks>It waits for room while the dispatcher is full. Once the dispatcher is disposed it does nothing.</remarks>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
        }
        GC.SuppressFinalize(this);
        _owner?.Remove(this);
        try
        {
            while (LastOpen() is { } inner) await inner.DisposeAsync().ConfigureAwait(false);
            await _begun.ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The dispatcher is gone: a scope that was left behind can't tell its end, and must not hide what is thrown around it.
        }
    }

    private protected abstract ValueTask EndAsync();

    private protected void ThrowIfOver()
    {
        lock (_lock) ObjectDisposedException.ThrowIf(_isOver, this);
    }

    private void Add(EventScope inner)
    {
        lock (_lock) _open.Add(inner);
    }

    private void Remove(EventScope inner)
    {
        lock (_lock) _open.Remove(inner);
    }

    private EventScope? LastOpen()
    {
        lock (_lock) return _open.Count > 0 ? _open[^1] : null;
    }
}
