using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Tests.Support;

internal sealed class RecordingListener : IStreamListener
{
    private readonly Lock _gate = new();
    private readonly List<LogEntry> _entries = [];
    private readonly List<Event> _unlogged = [];
    private int _interruptions;
    private int _pauses;

    public IReadOnlyList<LogEntry> Entries
    {
        get { lock (_gate) return [.. _entries]; }
    }

    public IReadOnlyList<Event> Unlogged
    {
        get { lock (_gate) return [.. _unlogged]; }
    }

    public int Interruptions => Volatile.Read(ref _interruptions);

    public IEnumerable<Cursor> Cursors => Entries.Select(entry => entry.Cursor);

    public void OnEntry(LogEntry entry)
    {
        lock (_gate) _entries.Add(entry);
    }

    public void OnUnlogged(ReadOnlyMemory<byte> envelope)
    {
        lock (_gate) _unlogged.Add(EventReader.ReadLogged(envelope.Span));
    }

    public int Pauses => Volatile.Read(ref _pauses);

    public void OnPause() => Interlocked.Increment(ref _pauses);

    public void OnInterrupted() => Interlocked.Increment(ref _interruptions);

    public Task HeardAsync(int count, CancellationToken cancellationToken) =>
        Eventually.TrueAsync(() => Entries.Count >= count, cancellationToken);
}
