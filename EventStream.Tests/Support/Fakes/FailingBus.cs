using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;

namespace EventStream.Tests.Support;

/// <summary>A bus in memory whose first calls throw.</summary>
internal sealed class FailingBus(Func<Exception> fault) : IEventBus
{
    private readonly InMemoryEventBus _inner = new(new InMemoryBusOptions(), new LogOptions(), TimeProvider.System);
    private int _appends;
    private int _failuresLeft = int.MaxValue;

    public int FailuresLeft { init => _failuresLeft = value; }

    public int Appends => Volatile.Read(ref _appends);

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _appends);
        return Fails() ? throw fault() : _inner.AppendAsync(request, cancellationToken);
    }

    public ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default) =>
        Fails() ? throw fault() : _inner.ReadAsync(stream, after, maxEvents, cancellationToken);

    public ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default) =>
        Fails() ? throw fault() : _inner.FindRunEndAsync(stream, runId, cancellationToken);

    public ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default) =>
        Fails() ? throw fault() : _inner.SubscribeAsync(stream, listener, cancellationToken);

    public ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default) =>
        Fails() ? throw fault() : _inner.DeleteAsync(stream, cancellationToken);

    public ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default) =>
        Fails() ? throw fault() : _inner.BeginEpochAsync(stream, epoch, cancellationToken);

    public ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default) =>
        Fails() ? throw fault() : _inner.RecentSessionsAsync(limit, cancellationToken);

    // The server pings once at start, and a defect there would keep it from starting.
    public ValueTask PingAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    private bool Fails() => Interlocked.Decrement(ref _failuresLeft) >= 0;
}
