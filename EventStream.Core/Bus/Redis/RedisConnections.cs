using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Two connections to Redis, one for commands and one for subscribing, that heal by themselves.</summary>
internal sealed partial class RedisConnections : IAsyncDisposable
{
    private static readonly TimeSpan CheckDelay = TimeSpan.FromMilliseconds(100);

    private readonly RedisBusOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lazy<Task<ConnectionMultiplexer>> _commands;
    private readonly Lazy<Task<ConnectionMultiplexer>> _subscriptions;
    private volatile bool _isClosing;
    private int _isDown;
    private int _restorations;

    public RedisConnections(RedisBusOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _commands = new(() => ConnectAsync(ConnectionType.Interactive));
        _subscriptions = new(() => ConnectAsync(ConnectionType.Subscription));
    }

    /// <summary>Called when the subscribing connection is back and answers; called again when it throws that Redis is unavailable.</summary>
    public Func<ISubscriber, Task>? OnSubscriptionsRestored { get; set; }

    public async Task<IDatabase> CommandsAsync() => (await _commands.Value.ConfigureAwait(false)).GetDatabase();

    public async Task<ISubscriber> SubscriberAsync() => (await _subscriptions.Value.ConfigureAwait(false)).GetSubscriber();

    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        foreach (var connection in (Lazy<Task<ConnectionMultiplexer>>[])[_commands, _subscriptions])
        {
            if (!connection.IsValueCreated) continue;
            try
            {
                var multiplexer = await connection.Value.ConfigureAwait(false);
                await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
                multiplexer.Dispose();
            }
            catch (Exception)
            {
                // There never was a connection, or it is gone already.
            }
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConnectionType watched)
    {
        var configuration = ConfigurationOptions.Parse(_options.ConnectionString);
        // The server starts without Redis and heals when it comes.
        configuration.AbortOnConnectFail = false;
        configuration.ClientName = "eventstream";
        configuration.ConnectTimeout = (int)_options.CommandTimeout.TotalMilliseconds;
        // Scripts announce on channels by their full names.
        configuration.ChannelPrefix = default;

        var multiplexer = await ConnectAsync(configuration).ConfigureAwait(false);
        multiplexer.ConnectionFailed += (_, e) => { if (e.ConnectionType == watched) NoteFailure(e); };
        multiplexer.ConnectionRestored += (_, e) => { if (e.ConnectionType == watched) NoteRestored(e); };
        // The client drops its subscriptions when either half is lost, and forgets those made meanwhile.
        if (watched == ConnectionType.Subscription) multiplexer.ConnectionRestored += (_, _) => _ = CheckSubscriptionsAsync(multiplexer);
        if (!multiplexer.IsConnected && Interlocked.Exchange(ref _isDown, 1) == 0) LogUnreachable(_options.ConnectionString.Split(',')[0]);
        return multiplexer;
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
                if (Interlocked.Exchange(ref _isDown, 1) == 0) LogUnreachable(_options.ConnectionString.Split(',')[0]);
                await Task.Delay(_options.CommandTimeout, _time).ConfigureAwait(false);
            }
        }
    }

    private void NoteFailure(ConnectionFailedEventArgs e)
    {
        if (Interlocked.Exchange(ref _isDown, 1) == 0) LogLost(e.EndPoint?.ToString() ?? "?", e.FailureType.ToString());
    }

    private void NoteRestored(ConnectionFailedEventArgs e)
    {
        if (Interlocked.Exchange(ref _isDown, 0) == 1) LogRestored(e.EndPoint?.ToString() ?? "?");
    }

    private async Task CheckSubscriptionsAsync(ConnectionMultiplexer multiplexer)
    {
        var restoration = Interlocked.Increment(ref _restorations);
        while (restoration == Volatile.Read(ref _restorations) && !_isClosing)
        {
            try
            {
                // An answer on this connection proves that the subscriptions sent before it are in force.
                var subscriber = multiplexer.GetSubscriber();
                await subscriber.PingAsync().WaitAsync(_options.CommandTimeout, _time).ConfigureAwait(false);
                if (OnSubscriptionsRestored is { } restored) await restored(subscriber).ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                if (!RedisFaults.IsUnavailable(e) && e is not OperationCanceledException) LogRestoring(e);
                // The client refuses to ask while the other half of its connection is still down.
                await Task.Delay(CheckDelay, _time).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(2004, LogLevel.Error, "Subscribing again after the connection to Redis came back failed; it is tried again.", EventName = "RedisRestoringFailed")]
    private partial void LogRestoring(Exception exception);

    [LoggerMessage(2001, LogLevel.Warning, "Redis at {EndPoint} can't be reached. Publishing answers 503 and streams wait until it comes.", EventName = "RedisUnreachable")]
    private partial void LogUnreachable(string endPoint);

    [LoggerMessage(2002, LogLevel.Warning, "The connection to Redis at {EndPoint} was lost ({Failure}). Streams stay open and heal when it is back.", EventName = "RedisLost")]
    private partial void LogLost(string endPoint, string failure);

    [LoggerMessage(2003, LogLevel.Information, "The connection to Redis at {EndPoint} is back.", EventName = "RedisRestored")]
    private partial void LogRestored(string endPoint);
}
