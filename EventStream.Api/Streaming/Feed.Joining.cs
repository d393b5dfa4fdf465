using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>What a client that joins is judged by. A crowd that comes at once costs the bus as much as one.</summary>
internal sealed partial class Feed
{
    // Few feeds need them.
    private SharedReads<StreamKey, LogPage>? _states;
    private SharedReads<string, Cursor?>? _runEnds;

    private SharedReads<StreamKey, LogPage> States =>
        LazyInitializer.EnsureInitialized(ref _states, () => new(key => _context.Bus.ReadAsync(key, Cursor.Zero, 0, Stopped).AsTask()));

    private SharedReads<string, Cursor?> RunEnds =>
        LazyInitializer.EnsureInitialized(ref _runEnds, () => new(runId => _context.Bus.FindRunEndAsync(Stream, runId, Stopped).AsTask()));

    /// <summary>The state of the log for a client that wants to start there.</summary>
    /// <remarks>A cursor in the window needs no read: all that follows it is held, and the marks are carried on by the same events. Nor does a start at the end, for whoever asked before the feed itself read the log.</remarks>
    /// <param name="from">Where it wants to start.</param>
    /// <param name="asked">When it asked: the timestamp of the clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<LogPage> StateForAsync(StartFrom from, long asked, CancellationToken cancellationToken)
    {
        if (StateAtHand(from, asked) is { } state) return state;
        var start = from.After ?? (from.Earliest ? Cursor.Zero : (Cursor?)null);
        // No page continues a cursor of another epoch.
        return start is { } after && (after == Cursor.Zero || after.Epoch == Head.Epoch)
            ? (await Pages.ReadAsync(after, cancellationToken)).State
            : await ReadStateAsync(cancellationToken);
    }

    /// <summary>The same, when no read is needed; else null.</summary>
    public LogPage? StateAtHand(StartFrom from, long asked) =>
        from.After is not null || (!from.Earliest && asked <= Volatile.Read(ref _stateReadAt)) ? StateInWindow(from.After) : null;

    /// <summary>The state of the log as it is now.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public Task<LogPage> ReadStateAsync(CancellationToken cancellationToken) => States.ReadAsync(Stream).WaitAsync(cancellationToken);

    /// <summary>Where a run ended; null while it hasn't.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public Task<Cursor?> FindRunEndAsync(string runId, CancellationToken cancellationToken) => RunEnds.ReadAsync(runId).WaitAsync(cancellationToken);

    // A log that ends before what was announced from it is answered by a node that was replaced and doesn't know it yet, or was rolled back:
    // healing finds out which, and begins an epoch in the second case.
    private async Task<LogPage> ReadPageAsync(Cursor after, int maxEvents)
    {
        var known = Head;
        while (true)
        {
            var page = await _context.Bus.ReadAsync(Stream, after, maxEvents, Stopped);
            if (page.First is null || page.Head >= known) return page;
            OnInterrupted();
            await Task.Delay(RetryDelay, _context.Time, Stopped);
        }
    }

    private LogPage? StateInWindow(Cursor? at)
    {
        lock (_lock)
        {
            if (at is null && _isHealing) return null;
            var head = _window.Head;
            var cursor = at ?? head;
            var isHeld = cursor >= _window.Base && cursor <= head && cursor.Epoch == head.Epoch;
            // What was deleted is shown to nobody who comes later.
            if (!isHeld || _marks.DeletedAt == head) return null;
            return new LogPage { Entries = [], Head = head, First = cursor.Next, EndedAt = _marks.EndedAt, DeletedAt = _marks.DeletedAt };
        }
    }
}
