using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>What a bus announces while the reader is busy. Bounded: beyond the bound the log is the better memory.</summary>
internal sealed class LiveEntries(int maxEntries) : IStreamListener
{
    private const int MaxBytes = 1024 * 1024;

    private readonly Lock _lock = new();
    private Queue<LogEntry> _entries = new();
    private int _bytes;
    private bool _isIncomplete;
    private TaskCompletionSource _news = New();

    /// <summary>Completes when there is something to take.</summary>
    public Task News
    {
        get { lock (_lock) return _news.Task; }
    }

    public void OnEntry(LogEntry entry)
    {
        lock (_lock)
        {
            // The log will be read, and it holds this entry already.
            if (!_isIncomplete) AddNeedsLock(entry);
        }
    }

    /// <summary>Keeps the envelope under <see cref="Cursor.Zero"/>, which no entry of a log has.</summary>
    public void OnUnlogged(ReadOnlyMemory<byte> envelope)
    {
        lock (_lock) AddNeedsLock(new LogEntry(Cursor.Zero, envelope));
    }

    public void OnInterrupted()
    {
        lock (_lock) _isIncomplete = true;
        OnPause();
    }

    public void OnPause()
    {
        lock (_lock)
        {
            if (_isIncomplete || _entries.Count > 0) _news.TrySetResult();
        }
    }

    /// <summary>Takes everything.</summary>
    /// <param name="isIncomplete">Whether more was announced than is held, so that the log must be read.</param>
    public Queue<LogEntry> Take(out bool isIncomplete)
    {
        lock (_lock)
        {
            var taken = _entries;
            isIncomplete = _isIncomplete;
            (_entries, _bytes, _isIncomplete) = (new Queue<LogEntry>(), 0, false);
            if (_news.Task.IsCompleted) _news = New();
            return taken;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void AddNeedsLock(LogEntry entry)
    {
        if (_entries.Count >= maxEntries || _bytes > MaxBytes)
        {
            _entries.Clear();
            (_bytes, _isIncomplete) = (0, true);
            // The log holds this entry too; an event that isn't logged is lost, as its publisher must expect.
            return;
        }
        _entries.Enqueue(entry);
        _bytes += entry.Envelope.Length;
    }
}
