using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>The states of the sessions that this process ingests, each folded from its log. Bounded: the least recently used session is dropped first, a session with an unanswered append last.</summary>
internal sealed class SessionStateCache(IEventBus bus)
{
    /// <summary>The most bytes that the states take in all, as they count them.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    /// <summary>The most sessions.</summary>
    public const int MaxSessions = 1000;

    private const int PageEvents = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamKey, Entry> _entries = [];
    private long _uses;
    private long _bytes;

    /// <summary>About how many bytes the states take.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _bytes;
        }
    }

    /// <summary>The entry of a session. Hold its gate to read or set its state.</summary>
    public Entry Of(StreamKey stream)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(stream, out var entry))
            {
                if (_entries.Count >= MaxSessions) DropOldestNeedsLock(null);
                _entries[stream] = entry = new Entry(stream);
            }
            entry.UsedAt = ++_uses;
            return entry;
        }
    }

    /// <summary>Counts anew what an entry holds, and drops others until all fit. Call it after each batch, with the gate held.</summary>
    public void Count(Entry entry)
    {
        var bytes = entry.State.Bytes + (entry.Unanswered?.Bytes ?? 0);
        lock (_lock)
        {
            // Meanwhile it may have been dropped.
            if (_entries.GetValueOrDefault(entry.Stream) != entry) return;
            _bytes += bytes - entry.Bytes;
            entry.Bytes = bytes;
            while (_bytes > MaxBytes && _entries.Count > 1) DropOldestNeedsLock(entry);
        }
    }

    /// <summary>Folds in the events that were appended since.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<SessionState> CatchUpAsync(StreamKey stream, SessionState state, CancellationToken cancellationToken)
    {
        var isRestarted = false;
        while (true)
        {
            var page = await bus.ReadAsync(stream, state.Head, PageEvents, cancellationToken).ConfigureAwait(false);
            // What a log that was read from its start lacks is gone, at its end too.
            var isAllThereIs = isRestarted && (page.Entries.Count > 0 || (page.First <= state.Head && page.Head > state.Head));
            if (state.Head != Cursor.Zero && !isAllThereIs && !Continues(page, state.Head))
            {
                // The log is another one, or was trimmed past the known head: start again with what it holds.
                (state, isRestarted) = (SessionState.Empty, true);
                continue;
            }
            foreach (var entry in page.Entries) state = state.Apply(entry);
            if (page.Entries.Count == 0 || !page.HasMore(state.Head)) return state with { Head = page.Head };
        }
    }

    // A log that was rolled back continues in a later epoch, after the entries that it still holds.
    private static bool Continues(LogPage page, Cursor head) => page.Entries is [var first, ..]
        ? first.Cursor.Follows(head) || (first.Cursor.Offset == 1 && page.First <= head)
        : page.Head == head || (page.Head.Offset == 0 && page.First <= head);

    private void DropOldestNeedsLock(Entry? kept)
    {
        var oldest = _entries.Values.Where(entry => entry != kept).MinBy(entry => (entry.Unanswered is not null, entry.UsedAt))!;
        _entries.Remove(oldest.Stream);
        _bytes -= oldest.Bytes;
    }

    /// <summary>One session's state and the gate that protects it.</summary>
    public sealed class Entry(StreamKey stream)
    {
        public StreamKey Stream { get; } = stream;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public SessionState State { get; set; } = SessionState.Empty;

        /// <summary>Whether the state is up to date with the log; otherwise it must catch up first.</summary>
        public bool IsFolded { get; set; }

        /// <summary>The last append, when it got no complete answer.</summary>
        public UnansweredBatch? Unanswered { get; set; }

        /// <summary>What it held when it was last counted.</summary>
        public long Bytes { get; set; }

        public long UsedAt { get; set; }
    }
}
