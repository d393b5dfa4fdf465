using System.Diagnostics.Metrics;
using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Subscribing;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The bus of many nodes: each log is a Redis Stream, announced on a Redis channel.</summary>
/// <remarks>Connects by itself on first use and again after every loss. Wants Redis 6.2 or newer with <c>noeviction</c>.</remarks>
public sealed class RedisEventBus : IEventBus, INonBlockingAppender, ILeases, ILeaseIndex, IRunStarts, IViewers, IViewerReports, IAsyncDisposable, IDisposable
{
    private readonly KnownHeads _knownHeads = new();
    private readonly KnownSequences _knownSequences = new();
    private readonly LogOptions _log;
    private readonly TimeProvider _time;
    private readonly RedisMetrics _metrics;
    private readonly SkippedEntries _skipped;
    private readonly CommandConnection _connection;
    private readonly RedisCommands _commands;
    private readonly ScriptConnections _scripts;
    private readonly RedisAnswers _answers;
    private readonly RedisLeases _leases;
    private readonly RedisViewers _viewers;
    private readonly PubSubReconnector _pubSub;
    private readonly StreamSubscriptions _subscriptions;

    /// <summary>Takes the settings; connects on first use.</summary>
    /// <param name="options">Where Redis is and how to connect.</param>
    /// <param name="log">How much of each stream is held; the defaults when null.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="logger">Takes the log of the connections; nothing is logged when null.</param>
    /// <param name="meters">Makes the meter <c>EventStream</c>; the bus makes one of its own when null.</param>
    /// <exception cref="ArgumentException">A setting can't work; the message names it and the fix.</exception>
    public RedisEventBus(RedisBusOptions options, LogOptions? log = null, TimeProvider? time = null, ILogger<RedisEventBus>? logger = null, IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_log, _time) = (log ?? new LogOptions(), time ?? TimeProvider.System);
        if ((options.Problem() ?? _log.Problem()) is { } problem) throw new ArgumentException(problem, nameof(options));
        ILogger sink = logger ?? NullLogger<RedisEventBus>.Instance;
        var configuration = RedisConfiguration.Of(options);
        _metrics = new RedisMetrics(meters);
        _skipped = new SkippedEntries(_metrics, sink);
        _connection = new CommandConnection(configuration, _time, sink) { TellsOutages = options.TellsOutages, Proving = told => ProvenCredentials.Of(configuration, _time, told) };
        _commands = new RedisCommands(_connection, options.CommandTimeout, _time);
        _scripts = new ScriptConnections(_connection, configuration, _time, sink);
        _answers = new RedisAnswers(_commands, _time);
        _leases = new RedisLeases(_commands, _answers, _skipped);
        _viewers = new RedisViewers(_commands, _answers, _skipped);
        _pubSub = new PubSubReconnector(_connection, new PubSubWatch(_commands, options.CommandTimeout, options.ProbeInterval, _time, sink), configuration, _time, sink);
        _subscriptions = new StreamSubscriptions(_pubSub, _metrics, _time, sink);
    }

    /// <summary>How many channels this process is subscribed to.</summary>
    public int Subscriptions => _subscriptions.Count;

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var leased = LeasedRuns.In(request);
        if (leased.Count > 0) await _leases.AddAsync(leased, request.Lease!.Value, cancellationToken).ConfigureAwait(false);
        var known = _knownHeads.Of(request.Stream);
        var arguments = RedisAppend.Arguments(request, known, _knownSequences.Of(request, known.Epoch), _log, _time.GetUtcNow());
        var answer = await RunAsync(RedisScript.Append, RedisNames.All(request.Stream), arguments, cancellationToken).ConfigureAwait(false);
        var result = RedisAppend.Result(request, answer);
        if (leased.Count > 0) await _leases.RemoveRefusedAsync(request, result, cancellationToken).ConfigureAwait(false);
        _knownHeads.Note(request.Stream, result.Head);
        _knownSequences.Note(request, result);
        if (request.Stream.IsListed && RedisRecentSessions.BeginningIn(result) is { } beginning) _ = RedisRecentSessions.NoteAsync(_commands, request.Stream, beginning);
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default)
    {
        LogPage page;
        var from = after.ToString();
        do
        {
            var answer = await RunReadingAsync(RedisScript.Read, [RedisNames.Log(stream), RedisNames.Meta(stream)], [from, maxEvents, BusLimits.MaxPageBytes, EventLimits.MaxEventBytes], cancellationToken).ConfigureAwait(false);
            page = RedisPage.Parse(stream, (RedisResult[])answer!, reason => _skipped.Note(stream.ToString(), reason), out from);
        }
        while (from is not null);
        _knownHeads.Note(stream, page.Head);
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default)
    {
        var answer = await RunReadingAsync(RedisScript.RunEnd, [RedisNames.Meta(stream), RedisNames.Runs(stream)], [runId], cancellationToken).ConfigureAwait(false);
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
            throw _connection.Unavailable(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default)
    {
        var announcement = new EventFactory(_time).CreateControl(stream, new SessionDeleted());
        var known = _knownHeads.Of(stream);
        var answer = await RunAsync(RedisScript.Delete, RedisNames.All(stream),
            [stream.ToString(), (long)_log.MetaRetention.TotalMilliseconds, EventWriter.ToUtf8(announcement), known.Epoch, known.Offset], cancellationToken).ConfigureAwait(false);
        if (!Cursor.TryParse((string?)answer, out var cursor)) return null;
        _knownHeads.Note(stream, cursor);
        return cursor;
    }

    /// <inheritdoc/>
    public async ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default)
    {
        var nothing = new AppendRequest { Stream = stream, Events = [] };
        var answer = await RunAsync(RedisScript.Append, RedisNames.All(stream), RedisAppend.Arguments(nothing, EndOf(epoch), acknowledged: 0, _log, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        _knownHeads.Note(stream, RedisAppend.Result(nothing, answer).Head);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default) =>
        await _answers.OfAsync(_commands.ReadAsync(database => RedisRecentSessions.ReadAsync(database, Math.Min(limit, BusLimits.MaxRecentSessions), _skipped), cancellationToken), RedisNames.RecentSessions).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken = default)
    {
        await _answers.ProveAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _subscriptions.ProveAsync(RedisNames.ReadyChannels, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            throw _connection.Unavailable(e);
        }
    }

    async ValueTask<RunStart?> IRunStarts.FindRunStartAsync(StreamKey stream, string runId, CancellationToken cancellationToken)
    {
        var answer = await RunReadingAsync(RedisScript.RunStart, [RedisNames.Owners(stream)], [runId], cancellationToken).ConfigureAwait(false);
        if ((string?)answer is not { } text) return null;
        var parts = text.Split('/');
        return parts is [_, var agent, var project] ? new RunStart(agent.Length > 0 ? agent : null, project.Length > 0 ? project : null) : new RunStart();
    }

    async ValueTask<bool> ILeases.RenewAsync(StreamKey stream, string runId, Publisher? publisher, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(RedisScript.Lease, [RedisNames.Owners(stream)], [runId, publisher is null ? "" : EventWriter.Escaped(publisher.Name)], cancellationToken).ConfigureAwait(false);
        return (int)answer == 1;
    }

    async ValueTask<IReadOnlyList<LeasedRun>> ILeaseIndex.DueAsync(int most, CancellationToken cancellationToken) => await _leases.DueAsync(most, cancellationToken).ConfigureAwait(false);

    async ValueTask<DateTimeOffset> ILeaseIndex.ClockAsync(CancellationToken cancellationToken) => await _leases.ClockAsync(cancellationToken).ConfigureAwait(false);

    async ValueTask ILeaseIndex.LookAgainAsync(LeasedRun run, TimeSpan after, CancellationToken cancellationToken) => await _leases.LookAgainAsync(run, after, cancellationToken).ConfigureAwait(false);

    async ValueTask<long> IViewers.CountViewersAsync(StreamKey session, CancellationToken cancellationToken) => await _viewers.CountAsync(session, cancellationToken).ConfigureAwait(false);

    async ValueTask<bool> IViewerReports.KeepViewersAsync(string node, CancellationToken cancellationToken) => await _viewers.KeepAsync(node, cancellationToken).ConfigureAwait(false);

    async ValueTask IViewerReports.ReportViewersAsync(string node, IReadOnlyDictionary<StreamKey, int> viewers, bool isAll, CancellationToken cancellationToken) =>
        await _viewers.ReportAsync(node, viewers, isAll, cancellationToken).ConfigureAwait(false);

    /// <summary>The server's keys for tickets: for servers alone, since who reads them can make tickets.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    internal Task<IReadOnlyList<string>> TicketKeysAsync() => _answers.OfAsync(_commands.ReadAsync(ReadTicketKeysAsync, CancellationToken.None), RedisNames.TicketKeys);

    /// <summary>Adds a key for tickets.</summary>
    /// <exception cref="BusUnavailableException">It is unknown whether Redis has done it; doing it again does no harm.</exception>
    internal Task AddTicketKeyAsync(string key) => _answers.OfAsync(_commands.RunAsync(database => database.ListRightPushAsync(RedisNames.TicketKeys, key), CancellationToken.None), RedisNames.TicketKeys);

    /// <summary>Notes that a ticket was used.</summary>
    /// <returns>Whether it hadn't been.</returns>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    internal Task<bool> TryUseTicketAsync(string id, TimeSpan keep) =>
        _commands.RunAsync(database => database.StringSetAsync(RedisNames.UsedTicket(id), 1, keep, when: When.NotExists), CancellationToken.None);

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pubSub.DisposeAsync().ConfigureAwait(false);
        await _scripts.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    /// <summary>Closes the connections and blocks meanwhile, for callers that can't await.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    private Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        return _answers.OfAsync(RunAsync());

        async Task<RedisResult> RunAsync() => await _scripts.TryRunAsync(script, keys, arguments, cancellationToken).ConfigureAwait(false)
            ?? await _commands.RunAsync(database => script.RunAsync(database, keys, arguments), cancellationToken).ConfigureAwait(false);
    }

    private Task<RedisResult> RunReadingAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        return _answers.OfAsync(ReadAsync());

        async Task<RedisResult> ReadAsync() => await _scripts.TryReadAsync(script, keys, arguments, cancellationToken).ConfigureAwait(false)
            ?? await _commands.ReadAsync(database => script.RunAsync(database, keys, arguments), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<string>> ReadTicketKeysAsync(IDatabase database) =>
        [.. (await database.ListRangeAsync(RedisNames.TicketKeys).ConfigureAwait(false)).Select(key => (string)key!)];

    // A log that is in this epoch, or in an earlier one, ends before it.
    private static Cursor EndOf(long epoch) => new(epoch, Cursor.MaxOffset);
}
