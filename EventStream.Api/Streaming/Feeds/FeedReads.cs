using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>What clients that join or lag read of one log. A crowd that comes at once costs the bus as much as one client.</summary>
internal sealed class FeedReads(Feed feed)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    // Few feeds need them.
    private SharedReads<StreamKey, LogPage>? _states;
    private SharedReads<string, Cursor?>? _runEnds;
    private SharedReads<IDialect, bool>? _folds;

    private SharedReads<StreamKey, LogPage> States =>
        LazyInitializer.EnsureInitialized(ref _states, () => new(stream => feed.Context.Bus.ReadAsync(stream, Cursor.Zero, 0, feed.Stopped).AsTask()));

    private SharedReads<string, Cursor?> RunEnds =>
        LazyInitializer.EnsureInitialized(ref _runEnds, () => new(runId => feed.Context.Bus.FindRunEndAsync(feed.Stream, runId, feed.Stopped).AsTask()));

    private SharedReads<IDialect, bool> Folds => LazyInitializer.EnsureInitialized(ref _folds, () => new(dialect => feed.TryFoldAsync(dialect, feed.Stopped)));

    /// <summary>The state of the log for a client that wants to start there.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<LogPage> StateForAsync(StartFrom from, CancellationToken cancellationToken)
    {
        var start = from.Cursor ?? (from.IsEarliest ? Cursor.Zero : (Cursor?)null);
        // No page continues a cursor of another epoch.
        return start is { } after && (after == Cursor.Zero || after.Epoch == feed.Head.Epoch)
            ? (await feed.Pages.ReadAsync(after, mayWait: false, cancellationToken)).State
            : await ReadStateAsync(cancellationToken);
    }

    /// <summary>The state of the log as it is now.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public Task<LogPage> ReadStateAsync(CancellationToken cancellationToken) => States.ReadAsync(feed.Stream).WaitAsync(cancellationToken);

    /// <summary>Where a run ended; null while it hasn't.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public Task<Cursor?> FindRunEndAsync(string runId, CancellationToken cancellationToken) => RunEnds.ReadAsync(runId).WaitAsync(cancellationToken);

    /// <summary>What the log holds after a position that lies before the window; read and encoded once for all subscribers there.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public Task<FramePage> ReadLogAsync(Cursor after, CancellationToken cancellationToken) => feed.Pages.ReadAsync(after, mayWait: true, cancellationToken);

    /// <inheritdoc cref="Feed.TryFoldAsync"/>
    public Task<bool> TryFoldForAllAsync(IDialect dialect, CancellationToken cancellationToken) => Folds.ReadAsync(dialect).WaitAsync(cancellationToken);

    /// <summary>An instance of a folded dialect that was given all events that the log holds up to a position.</summary>
    /// <returns>Null when the node has no room for it.</returns>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<Fold?> TryFoldAsync(IDialect dialect, Cursor upTo, CancellationToken cancellationToken)
    {
        var fold = new Fold(dialect.Begin(), feed.Context.Folds);
        var isHeld = false;
        try
        {
            isHeld = fold.TryHold();
            for (var position = Cursor.Zero; isHeld && position < upTo;)
            {
                var page = await ReadLogAsync(position, cancellationToken);
                var frames = page.Frames.Skip(page.Find(position)).TakeWhile(frame => frame.Cursor <= upTo).ToList();
                if (frames.Count == 0) break;
                foreach (var frame in frames) SseFormat.Messages(frame, fold.Instance);
                position = frames[^1].Cursor!.Value;
                isHeld = fold.TryHold();
            }
            return isHeld ? fold : null;
        }
        catch
        {
            isHeld = false;
            throw;
        }
        finally
        {
            if (!isHeld) fold.Dispose();
        }
    }

    /// <summary>Reads a page.</summary>
    /// <remarks>
    /// When a log ends before what was announced from it, either a node answered that was replaced and doesn't know it yet, or the log was rolled back.
    /// Healing finds out which, and begins an epoch in the second case.
    /// </remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<LogPage> ReadPageAsync(Cursor after, int maxEvents, bool mayWait)
    {
        var known = feed.Head;
        while (true)
        {
            var page = mayWait
                ? await feed.Context.BulkReads.ReadAsync(feed.Stream, after, maxEvents, feed.Stopped)
                : await feed.Context.Bus.ReadAsync(feed.Stream, after, maxEvents, feed.Stopped);
            if (page.First is null || page.Head >= known) return page;
            feed.OnInterrupted();
            await Task.Delay(RetryDelay, feed.Context.Time, feed.Stopped);
        }
    }
}
