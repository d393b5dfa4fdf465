using System.Collections.Concurrent;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The bus of many nodes: each log is a Redis Stream, announced on a Redis channel.</summary>
/// <remarks>Connects by itself on first use and again after every loss. Wants Redis 6.2 or newer with <c>noeviction</c>.</remarks>
public sealed class RedisEventBus : IEventBus, IAsyncDisposable
{
    // Forgetting all of them costs nothing but the check for a log that was rolled back.
    private const int MaxKnownHeads = 50_000;

    private readonly ConcurrentDictionary<StreamKey, Cursor> _knownHeads = new();
    private readonly LogOptions _log;
    private int _knownCount;
    private readonly TimeProvider _time;
    private readonly RedisCommands _commands;
    private readonly RedisSubscriber _subscriber;
    private readonly RedisSubscriptions _subscriptions;

    /// <summary>Takes the settings; connects on first use.</summary>
    /// <exception cref="ArgumentException">A setting can't work; the message names it and the fix.</exception>
    public RedisEventBus(RedisBusOptions options, LogOptions? log = null, TimeProvider? time = null, ILogger<RedisEventBus>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_log, _time) = (log ?? new LogOptions(), time ?? TimeProvider.System);
        if ((options.Problem() ?? _log.Problem()) is { } problem) throw new ArgumentException(problem, nameof(options));
        ILogger sink = logger ?? NullLogger<RedisEventBus>.Instance;
        _commands = new RedisCommands(options, _time, sink);
        _subscriber = new RedisSubscriber(_commands, options, _time, sink);
        _subscriptions = new RedisSubscriptions(_subscriber, _time, sink);
    }

    /// <summary>How many channels this process is subscribed to.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <summary>How many messages on those channels were no event and were skipped.</summary>
    public long SkippedMessages => _subscriptions.Skipped;

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var known = _knownHeads.GetValueOrDefault(request.Stream);
        var arguments = RedisAppend.Arguments(request, known, _log, _time.GetUtcNow());
        var answer = await RunAsync(RedisScript.Append, RedisNames.All(request.Stream), arguments, cancellationToken).ConfigureAwait(false);
        var result = RedisAppend.Result(request, answer);
        Know(request.Stream, result.Head);
        if (request.Stream.Kind == StreamKind.Session && RedisRecentSessions.BeginningIn(result) is { } beginning) _ = RedisRecentSessions.NoteAsync(_commands, request.Stream, beginning);
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default)
    {
        var answer = await RunAsync(RedisScript.Read, [RedisNames.Log(stream), RedisNames.Meta(stream)],
            [after.ToString(), maxEvents, BusLimits.MaxPageBytes], cancellationToken).ConfigureAwait(false);
        var page = RedisPage.Parse((RedisResult[])answer!);
        Know(stream, page.Head);
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default)
    {
        var answer = await RunAsync(RedisScript.RunEnd, [RedisNames.Meta(stream), RedisNames.Runs(stream)], [runId], cancellationToken).ConfigureAwait(false);
        return Cursor.TryParse((string?)answer, out var end) ? end : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _subscriptions.AddAsync(stream, listener, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            throw RedisFaults.Unavailable(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default)
    {
        var announcement = new EventFactory(_time).CreateControl(stream, new SessionDeleted());
        var known = _knownHeads.GetValueOrDefault(stream);
        var answer = await RunAsync(RedisScript.Delete, RedisNames.All(stream),
            [stream.ToString(), (long)_log.MetaRetention.TotalMilliseconds, EventWriter.ToUtf8(announcement), known.Epoch, known.Offset], cancellationToken).ConfigureAwait(false);
        if (!Cursor.TryParse((string?)answer, out var cursor)) return null;
        Know(stream, cursor);
        return cursor;
    }

    /// <inheritdoc/>
    public async ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default)
    {
        var nothing = new AppendRequest { Stream = stream, Events = [] };
        var answer = await RunAsync(RedisScript.Append, RedisNames.All(stream), RedisAppend.Arguments(nothing, EndOf(epoch), _log, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        Know(stream, RedisAppend.Result(nothing, answer).Head);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default) =>
        await _commands.CallAsync(database => RedisRecentSessions.ReadAsync(database, Math.Min(limit, BusLimits.MaxRecentSessions)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken = default) =>
        await _commands.CallAsync(database => database.PingAsync(), cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _subscriber.DisposeAsync().ConfigureAwait(false);
        await _commands.DisposeAsync().ConfigureAwait(false);
    }

    private Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken) =>
        _commands.CallAsync(database => script.RunAsync(database, keys, arguments), cancellationToken);

    // A log that is in this epoch, or in an earlier one, ends before it.
    private static Cursor EndOf(long epoch) => new(epoch, Cursor.MaxOffset);

    // Counting a concurrent dictionary stops all who use it, so additions are counted instead.
    private void Know(StreamKey stream, Cursor head)
    {
        // A log that never was can't be rolled back.
        if (head == Cursor.Zero || (_knownHeads.TryGetValue(stream, out var known) && known >= head)) return;
        var isNew = false;
        _knownHeads.AddOrUpdate(stream, _ =>
        {
            isNew = true;
            return head;
        }, (_, other) => other < head ? head : other);
        if (!isNew || Interlocked.Increment(ref _knownCount) <= MaxKnownHeads) return;
        Interlocked.Exchange(ref _knownCount, 0);
        _knownHeads.Clear();
    }
}
