using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Bus.InMemory;

/// <summary>The bus inside one process: the default without Redis, and the test double.</summary>
/// <remarks>
/// <see cref="InMemoryBusOptions"/> bounds its memory. Listeners are called under the lock of their stream, in the order of the log:
/// they must neither block nor call the bus. An exception of a listener is dropped.
/// </remarks>
public sealed class InMemoryEventBus : IEventBus, ILeases, ILeaseIndex, IRunStarts, IViewers, IViewerReports
{
    private readonly InMemoryViewers _viewers = new();
    private readonly StreamTable _streams;
    private readonly LogOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A bus with the default bounds.</summary>
    public InMemoryEventBus() : this(new InMemoryBusOptions(), new LogOptions(), TimeProvider.System) { }

    /// <summary>A bus with bounds of its own.</summary>
    /// <param name="options">How many streams it remembers, and how much memory they take.</param>
    /// <param name="log">How much of each stream is held.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">A setting is invalid; the message names it and the fix.</exception>
    public InMemoryEventBus(InMemoryBusOptions options, LogOptions log, TimeProvider time)
    {
        if (options.Problem() is { } problem) throw new ArgumentException(problem, nameof(options));
        if (log.Problem() is { } logProblem) throw new ArgumentException(logProblem, nameof(log));
        (_streams, _options, _time) = (new StreamTable(options, time), log, time);
    }

    internal int StreamCount => _streams.Count;

    /// <summary>What all streams take on the heap, as <see cref="InMemoryBusOptions.MaxBytes"/> counts it.</summary>
    internal long HeldBytes => _streams.HeldBytes;

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<AppendResult>(cancellationToken);
        var envelopes = request.Events.Select(EventWriter.ToUtf8).ToArray();
        var result = _streams.Use(request.Stream, (stream, now) =>
        {
            var log = stream.Log ?? new StreamLog(request.Stream, _options);
            var minEpoch = Math.Max(now.ToUnixTimeMilliseconds(), _streams.LastForgottenEpoch + 1);
            var appended = log.Append(request, envelopes, minEpoch, now);
            if (log.Head != Cursor.Zero)
            {
                if (stream.Log is null) stream.MadeBy = request.MadeBy;
                stream.Log = log;
            }
            return AnnounceNeedsLock(stream, appended, envelopes);
        });
        _streams.ForgetExcess();
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc/>
    public ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxEvents);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<LogPage>(cancellationToken);
        var page = _streams.UseKnown(stream, (known, _) => known.Log?.Read(after, maxEvents));
        return ValueTask.FromResult(page ?? new LogPage { Entries = [], Head = Cursor.Zero });
    }

    /// <inheritdoc/>
    public ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<Cursor?>(cancellationToken);
        return ValueTask.FromResult(_streams.UseKnown(stream, (known, _) => known.Log?.FindRunEnd(runId)));
    }

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<IAsyncDisposable>(cancellationToken);
        return ValueTask.FromResult(_streams.Use<IAsyncDisposable>(stream, (watched, _) => Subscribe(watched, listener)));
    }

    /// <inheritdoc/>
    public ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<Cursor?>(cancellationToken);
        return ValueTask.FromResult(_streams.UseKnown(stream, (known, now) =>
        {
            var deletedAt = known.Log?.Delete(now);
            if (deletedAt is { } cursor) known.AnnounceNeedsLock([new LogEntry(cursor, DeletionOf(stream))]);
            return deletedAt;
        }));
    }

    /// <summary>Does nothing: a log in memory is never rolled back.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<IReadOnlyList<StartedSession>>(cancellationToken);
        var epochs = _streams.HeldEpochs().Where(held => held.Stream.IsListed);
        var newest = epochs.OrderByDescending(held => held.Epoch).Take(Math.Min(limit, BusLimits.MaxRecentSessions));
        return ValueTask.FromResult<IReadOnlyList<StartedSession>>([.. newest.Select(held => new StartedSession(held.Stream.Id, DateTimeOffset.FromUnixTimeMilliseconds(held.Epoch)))]);
    }

    /// <inheritdoc/>
    public ValueTask PingAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : ValueTask.CompletedTask;

    ValueTask<RunStart?> IRunStarts.FindRunStartAsync(StreamKey stream, string runId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_streams.UseKnown(stream, (known, _) => known.Log?.FindRunStart(runId)));

    ValueTask<bool> ILeases.RenewAsync(StreamKey stream, string runId, Publisher? publisher, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_streams.UseKnown(stream, (known, now) => known.Log?.Renew(runId, publisher, now) == true));

    ValueTask<IReadOnlyList<LeasedRun>> ILeaseIndex.DueAsync(int most, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<LeasedRun>>(_streams.LostRuns(most));

    ValueTask<DateTimeOffset> ILeaseIndex.ClockAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_time.GetUtcNow());

    // The logs themselves are looked at.
    ValueTask ILeaseIndex.LookAgainAsync(LeasedRun run, TimeSpan after, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    ValueTask<long> IViewers.CountViewersAsync(StreamKey session, CancellationToken cancellationToken) => ValueTask.FromResult(_viewers.Count(session));

    ValueTask<bool> IViewerReports.KeepViewersAsync(string node, CancellationToken cancellationToken) => ValueTask.FromResult(_viewers.Keep(node));

    ValueTask IViewerReports.ReportViewersAsync(string node, IReadOnlyDictionary<StreamKey, int> viewers, bool isAll, CancellationToken cancellationToken)
    {
        _viewers.Report(node, viewers, isAll);
        return ValueTask.CompletedTask;
    }

    private StreamSubscription Subscribe(InMemoryStream stream, IStreamListener listener)
    {
        var subscription = new StreamSubscription(stream, listener, _streams.UpdateOrRemoveNeedsLock);
        stream.Subscriptions = [.. stream.Subscriptions, subscription];
        return subscription;
    }

    private static AppendResult AnnounceNeedsLock(InMemoryStream stream, AppendResult appended, byte[][] envelopes)
    {
        var stored = new List<LogEntry>();
        for (var i = 0; i < appended.Receipts.Count; i++)
        {
            if (appended.Receipts[i] is not { Outcome: AppendOutcome.Stored, Cursor: { } cursor }) continue;
            stored.Add(new LogEntry(cursor, envelopes[i]));
        }
        if (stored.Count > 0) stream.AnnounceNeedsLock(stored);
        return stored.Count > 0 ? appended with { Listeners = stream.Subscriptions.Length } : appended;
    }

    private byte[] DeletionOf(StreamKey stream) =>
        EventWriter.ToUtf8(new EventFactory(_time).CreateControl(stream, new SessionDeleted()));
}
