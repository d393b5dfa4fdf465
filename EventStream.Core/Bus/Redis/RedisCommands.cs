using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The connection that commands take: to every node that the client knows of, healing by itself.</summary>
internal sealed partial class RedisCommands(RedisBusOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // Redis may refuse thousands of commands a second for one reason.
    private static readonly TimeSpan RefusalPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<EndPoint, bool> _down = new();
    private Task<ConnectionMultiplexer>? _current;
    private volatile bool _isClosing;
    private bool _isUnreachable;
    private bool _isLooking;
    private long _answeredAt = time.GetTimestamp();
    private long? _refusedAt;

    public Task<ConnectionMultiplexer> ConnectionAsync()
    {
        lock (_lock) return _current ??= ConnectAsync();
    }

    /// <summary>Runs a command; refused when Redis didn't answer in time.</summary>
    /// <exception cref="BusUnavailableException">It is unknown whether Redis has done it.</exception>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        Task<ConnectionMultiplexer>? connecting = null;
        Task<T>? answering = null;
        try
        {
            connecting = ConnectionAsync();
            var connection = await connecting.WaitAsync(options.CommandTimeout, time, cancellationToken).ConfigureAwait(false);
            answering = call(connection.GetDatabase());
            var answer = await answering.WaitAsync(options.CommandTimeout, time, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _answeredAt, time.GetTimestamp());
            return answer;
        }
        // The client's own defect (1.2.6) is a NullReferenceException, while a connection is torn down under it.
        catch (Exception e) when (RedisFaults.IsUnavailable(e) || e is NullReferenceException)
        {
            NoteNoAnswer(e, connecting);
            throw RedisFaults.Unavailable(e);
        }
        catch (OperationCanceledException) when (answering is not null)
        {
            // Whoever asked waits no longer, but whether Redis answers is worth knowing.
            _ = NoteAnswerAsync(answering, connecting);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? current;
        lock (_lock)
        {
            _isClosing = true;
            current = _current;
        }
        if (current is not null) await CloseAsync(current).ConfigureAwait(false);
    }

    private async Task NoteAnswerAsync(Task answering, Task<ConnectionMultiplexer>? connecting)
    {
        try
        {
            await answering.WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
            Volatile.Write(ref _answeredAt, time.GetTimestamp());
        }
        catch (Exception e)
        {
            NoteNoAnswer(e, connecting);
        }
    }

    private void NoteNoAnswer(Exception e, Task<ConnectionMultiplexer>? connecting)
    {
        if (e is RedisServerException)
        {
            Volatile.Write(ref _answeredAt, time.GetTimestamp());
            NoteRefusal(e.Message);
        }
        else if (connecting is { IsCompletedSuccessfully: true }) _ = LookAgainAsync(connecting);
    }

    private void NoteRefusal(string reason)
    {
        lock (_lock)
        {
            if (_refusedAt is { } refused && time.GetElapsedTime(refused) < RefusalPeriod) return;
            _refusedAt = time.GetTimestamp();
        }
        LogRefused(reason);
    }

    private static async Task CloseAsync(Task<ConnectionMultiplexer> connecting)
    {
        try
        {
            var connection = await connecting.ConfigureAwait(false);
            await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            connection.Dispose();
        }
        catch (Exception)
        {
            // There never was a connection, or it is gone already.
        }
    }

    // The client notices neither that a silent node was replaced in its cluster nor that its socket leads nowhere.
    private async Task LookAgainAsync(Task<ConnectionMultiplexer> connecting)
    {
        lock (_lock)
        {
            if (_isLooking || _isClosing || _current != connecting) return;
            _isLooking = true;
        }
        try
        {
            var connection = await connecting.ConfigureAwait(false);
            if (connection.IsConnected && time.GetElapsedTime(Volatile.Read(ref _answeredAt)) > 2 * options.CommandTimeout)
            {
                Volatile.Write(ref _answeredAt, time.GetTimestamp());
                lock (_lock)
                {
                    if (_isClosing) return;
                    _current = ConnectAsync();
                }
                _ = CloseAsync(connecting);
                LogReplaced(options.CommandTimeout);
            }
            else if (connection.GetEndPoints().Length > 1)
            {
                await connection.ConfigureAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The next command that fails looks again.
        }
        finally
        {
            lock (_lock) _isLooking = false;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var configuration = ConfigurationOptions.Parse(options.ConnectionString);
        // The server starts without Redis and heals when it comes.
        configuration.AbortOnConnectFail = false;
        configuration.ClientName = "eventstream";
        configuration.ConnectTimeout = (int)options.CommandTimeout.TotalMilliseconds;
        // Scripts announce on channels by their full names.
        configuration.ChannelPrefix = default;

        var connection = await ConnectAsync(configuration).ConfigureAwait(false);
        connection.ConnectionFailed += (_, e) => NoteFailure(e);
        connection.ConnectionRestored += (_, e) => NoteRestored(e);
        _down.Clear();
        if (connection.IsConnected) _isUnreachable = false;
        else NoteUnreachable();
        return connection;
    }

    // A host whose name isn't known yet makes the client throw instead of waiting.
    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        while (true)
        {
            try
            {
                return await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
            }
            catch (Exception) when (!_isClosing)
            {
                NoteUnreachable();
                await Task.Delay(options.CommandTimeout, time).ConfigureAwait(false);
            }
        }
    }

    private void NoteUnreachable()
    {
        if (!_isUnreachable) LogUnreachable(options.ConnectionString.Split(',')[0]);
        _isUnreachable = true;
    }

    private void NoteFailure(ConnectionFailedEventArgs e)
    {
        if (_isClosing || e.ConnectionType != ConnectionType.Interactive || e.EndPoint is not { } endPoint) return;
        if (!_isUnreachable && _down.TryAdd(endPoint, true)) LogLost(Name(endPoint), e.FailureType.ToString());
    }

    private void NoteRestored(ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType != ConnectionType.Interactive || e.EndPoint is not { } endPoint) return;
        var wasUnreachable = _isUnreachable;
        _isUnreachable = false;
        if (_down.TryRemove(endPoint, out _) || wasUnreachable) LogRestored(Name(endPoint));
    }

    private static string Name(EndPoint endPoint) => RedisNames.Of(endPoint);

    [LoggerMessage(2001, LogLevel.Warning, "Redis at {EndPoint} can't be reached. Publishing answers 503 and streams wait until it comes.", EventName = "RedisUnreachable")]
    private partial void LogUnreachable(string endPoint);

    [LoggerMessage(2002, LogLevel.Warning, "The connection to Redis at {EndPoint} was lost ({Failure}). Streams stay open and heal when it is back.", EventName = "RedisLost")]
    private partial void LogLost(string endPoint, string failure);

    [LoggerMessage(2003, LogLevel.Information, "The connection to Redis at {EndPoint} is back.", EventName = "RedisRestored")]
    private partial void LogRestored(string endPoint);

    [LoggerMessage(2007, LogLevel.Warning, "Redis answered no command for twice {Timeout} on a connection that seemed to stand; another one is made.", EventName = "RedisSilent")]
    private partial void LogReplaced(TimeSpan timeout);

    [LoggerMessage(2013, LogLevel.Warning, "Redis refused a command: {Reason} It is told once a minute at most.", EventName = "RedisRefused")]
    private partial void LogRefused(string reason);
}
