using System.Collections.Concurrent;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Tests.Support;

/// <summary>An appender that records its requests. A test can hold it, make it fail, or end runs.</summary>
internal sealed class ScriptedAppender : IEventAppender
{
    private readonly Lock _gate = new();
    private readonly List<AppendRequest> _requests = [];
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _holds = new();
    private readonly ConcurrentDictionary<string, int> _underWay = new();
    private readonly Dictionary<string, List<Event>> _stored = [];
    private long _offset;
    private int _mostUnderWay;

    /// <summary>Every attempt, in order.</summary>
    public IReadOnlyList<AppendRequest> Requests
    {
        get { lock (_gate) return [.. _requests]; }
    }

    /// <summary>The most appends that were under way at once for one stream.</summary>
    public int MostUnderWay => Volatile.Read(ref _mostUnderWay);

    public HashSet<string> EndedRuns { get; } = [];

    /// <summary>Answers a request before the appender does anything else.</summary>
    public Func<AppendRequest, Exception?> Refuse { get; set; } = _ => null;

    /// <summary>Runs before the appender stores, for example to yield.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether cancelling ends a held append.</summary>
    public bool HeedsCancellation { get; set; } = true;

    public IReadOnlyList<Event> StoredIn(string sessionId)
    {
        lock (_gate) return _stored.TryGetValue(sessionId, out var events) ? [.. events] : [];
    }

    public void FailNext(int times, Exception? exception = null)
    {
        for (var i = 0; i < times; i++) _failures.Enqueue(exception ?? new BusUnavailableException("The bus is away."));
    }

    public void Hold(string sessionId) => _holds[sessionId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo(string sessionId)
    {
        if (_holds.TryRemove(sessionId, out var hold)) hold.SetResult();
    }

    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        lock (_gate) _requests.Add(request);
        var stream = request.Stream.Id;
        var now = _underWay.AddOrUpdate(stream, 1, (_, count) => count + 1);
        lock (_gate) _mostUnderWay = Math.Max(_mostUnderWay, now);
        try
        {
            if (_holds.TryGetValue(stream, out var hold)) await hold.Task.WaitAsync(HeedsCancellation ? cancellationToken : CancellationToken.None);
            await Before();
            if (_failures.TryDequeue(out var failure)) throw failure;
            if (Refuse(request) is { } refusal) throw refusal;
            return Store(request);
        }
        finally
        {
            _underWay.AddOrUpdate(stream, 0, (_, count) => count - 1);
        }
    }

    private AppendResult Store(AppendRequest request)
    {
        lock (_gate)
        {
            if (!_stored.TryGetValue(request.Stream.Id, out var log)) _stored[request.Stream.Id] = log = [];
            var receipts = request.Events.Select(candidate => Take(log, candidate)).ToArray();
            return new AppendResult { Receipts = receipts, Head = new Cursor(1, _offset), Listeners = 1 };
        }
    }

    private EventReceipt Take(List<Event> log, Event candidate)
    {
        if (candidate.RunId is { } run && EndedRuns.Contains(run)) return new EventReceipt(candidate.EventId, null, AppendOutcome.RunEnded);
        log.Add(candidate);
        return new EventReceipt(candidate.EventId, new Cursor(1, ++_offset), AppendOutcome.Stored);
    }
}
