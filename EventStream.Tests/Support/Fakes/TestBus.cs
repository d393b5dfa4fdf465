using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;

namespace EventStream.Tests.Support;

/// <summary>A bus in memory that counts its subscriptions, and whose answers and announcements a test can change.</summary>
internal sealed class TestBus(LogOptions? options = null) : IEventBus
{
    private readonly InMemoryEventBus _inner = new(new InMemoryBusOptions(), options ?? new LogOptions(), TimeProvider.System);
    private readonly Lock _gate = new();
    private readonly List<IStreamListener> _listeners = [];
    private int _subscribed;
    private Cursor _begun;
    private int _reads;

    public BusAnswers Answers { get; set; }

    /// <summary>The answer to reads of entries; reads of the state alone follow <see cref="Answers"/>.</summary>
    public BusAnswers ReadAnswers { get; set; }

    /// <summary>Runs before each subscription.</summary>
    public Func<Task> BeforeSubscribe { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs before each append, for example a fault.</summary>
    public Func<AppendRequest, Task> BeforeAppend { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs between an append and its answer.</summary>
    public Func<AppendRequest, Task> AfterAppend { get; set; } = DoNothing;

    /// <summary>Replaces an announcement by others.</summary>
    public Func<LogEntry, IEnumerable<LogEntry>> Announce { get; set; } = entry => [entry];

    /// <summary>Replaces a page.</summary>
    public Func<LogPage, LogPage> Page { get; set; } = page => page;

    /// <summary>Replaces what the log holds; null leaves it.</summary>
    public IReadOnlyList<LogEntry>? Log { get; set; }

    /// <summary>How many subscriptions were ever made.</summary>
    public int Subscribed => Volatile.Read(ref _subscribed);

    /// <summary>How many reads were requested.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>The current subscribers. A pause follows each thing that they are told.</summary>
    public IReadOnlyList<IStreamListener> Listeners
    {
        get { lock (_gate) return [.. _listeners.Select(listener => new Pausing(listener))]; }
    }

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        var before = BeforeAppend(request);
        return before.IsCompletedSuccessfully && AfterAppend == DoNothing ? _inner.AppendAsync(request, cancellationToken) : new(AppendAsync(before, request, cancellationToken));
    }

    public async ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        await AnswerAsync(Answers, cancellationToken);
        if (maxEvents > 0) await AnswerAsync(ReadAnswers, cancellationToken);
        return Page(Log is { } log ? PageOf(log, after, maxEvents) : await _inner.ReadAsync(stream, after, maxEvents, cancellationToken));
    }

    public async ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default)
    {
        await AnswerAsync(Answers, cancellationToken);
        return await _inner.FindRunEndAsync(stream, runId, cancellationToken);
    }

    public async ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default)
    {
        await AnswerAsync(Answers, cancellationToken);
        await BeforeSubscribe();
        Interlocked.Increment(ref _subscribed);
        lock (_gate) _listeners.Add(listener);
        return new Subscription(this, listener, await _inner.SubscribeAsync(stream, new Tampered(this, listener), cancellationToken));
    }

    public ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default) => _inner.DeleteAsync(stream, cancellationToken);

    public async ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default)
    {
        await AnswerAsync(Answers, cancellationToken);
        if (Log is { } log && Head(log).Epoch <= epoch) _begun = new Cursor(epoch + 1, 0);
    }

    public ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default) => _inner.RecentSessionsAsync(limit, cancellationToken);

    public async ValueTask PingAsync(CancellationToken cancellationToken = default) => await AnswerAsync(Answers, cancellationToken);

    private static Task DoNothing(AppendRequest request) => Task.CompletedTask;

    private async Task<AppendResult> AppendAsync(Task before, AppendRequest request, CancellationToken cancellationToken)
    {
        await before.WaitAsync(cancellationToken);
        var result = await _inner.AppendAsync(request, cancellationToken);
        await AfterAppend(request).WaitAsync(cancellationToken);
        return result;
    }

    private LogPage PageOf(IReadOnlyList<LogEntry> log, Cursor after, int maxEvents) => new()
    {
        Entries = [.. log.Where(entry => entry.Cursor > after).Take(maxEvents)],
        Head = Head(log),
        First = log[0].Cursor,
        Count = log.Count,
    };

    private Cursor Head(IReadOnlyList<LogEntry> log) => log[^1].Cursor > _begun ? log[^1].Cursor : _begun;

    private static Task AnswerAsync(BusAnswers answers, CancellationToken cancellationToken) => answers switch
    {
        BusAnswers.Never => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken),
        BusAnswers.Unavailable => Task.FromException(new BusUnavailableException("The test's bus is out.")),
        BusAnswers.Defect => Task.FromException(new InvalidOperationException("The test's bus is broken.")),
        _ => Task.CompletedTask,
    };

    private sealed class Tampered(TestBus bus, IStreamListener listener) : IStreamListener
    {
        public void OnEntry(LogEntry entry)
        {
            foreach (var heard in bus.Announce(entry)) listener.OnEntry(heard);
        }

        public void OnUnlogged(ReadOnlyMemory<byte> envelope) => listener.OnUnlogged(envelope);

        public void OnInterrupted() => listener.OnInterrupted();

        public void OnPause() => listener.OnPause();
    }

    private sealed class Pausing(IStreamListener listener) : IStreamListener
    {
        public void OnEntry(LogEntry entry)
        {
            listener.OnEntry(entry);
            listener.OnPause();
        }

        public void OnUnlogged(ReadOnlyMemory<byte> envelope)
        {
            listener.OnUnlogged(envelope);
            listener.OnPause();
        }

        public void OnInterrupted()
        {
            listener.OnInterrupted();
            listener.OnPause();
        }

        public void OnPause() => listener.OnPause();
    }

    private sealed class Subscription(TestBus bus, IStreamListener listener, IAsyncDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            lock (bus._gate) bus._listeners.Remove(listener);
            return inner.DisposeAsync();
        }
    }
}
