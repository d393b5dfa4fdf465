using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Two connections to Redis, one for commands and one for subscribing, that heal by themselves.</summary>
internal sealed partial class RedisConnections : IAsyncDisposable
{
    private readonly RedisBusOptions _options;
    private readonly ILogger _logger;
    private readonly Lazy<Task<ConnectionMultiplexer>> _commands;
    private readonly Lazy<Task<ConnectionMultiplexer>> _subscriptions;
    private int _isDown;

    public RedisConnections(RedisBusOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _commands = new(() => ConnectAsync(ConnectionType.Interactive));
        _subscriptions = new(() => ConnectAsync(ConnectionType.Subscription));
    }

    /// <summary>Raised when the subscribing connection is back and has subscribed again.</summary>
    public event EventHandler? SubscriptionsRestored;

    public async Task<IDatabase> CommandsAsync() => (await _commands.Value.ConfigureAwait(false)).GetDatabase();

    public async Task<ISubscriber> SubscriberAsync() => (await _subscriptions.Value.ConfigureAwait(false)).GetSubscriber();

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in (Lazy<Task<ConnectionMultiplexer>>[])[_commands, _subscriptions])
        {
            if (!connection.IsValueCreated) continue;
            var multiplexer = await connection.Value.ConfigureAwait(false);
            await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            multiplexer.Dispose();
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

        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        multiplexer.ConnectionFailed += (_, e) => { if (e.ConnectionType == watched) NoteFailure(e); };
        multiplexer.ConnectionRestored += (_, e) => { if (e.ConnectionType == watched) NoteRestored(multiplexer, e); };
        if (!multiplexer.IsConnected && Interlocked.Exchange(ref _isDown, 1) == 0) LogUnreachable(_options.ConnectionString.Split(',')[0]);
        return multiplexer;
    }

    private void NoteFailure(ConnectionFailedEventArgs e)
    {
        if (Interlocked.Exchange(ref _isDown, 1) == 0) LogLost(e.EndPoint?.ToString() ?? "?", e.FailureType.ToString());
    }

    private void NoteRestored(ConnectionMultiplexer multiplexer, ConnectionFailedEventArgs e)
    {
        if (Interlocked.Exchange(ref _isDown, 0) == 1) LogRestored(e.EndPoint?.ToString() ?? "?");
        if (e.ConnectionType == ConnectionType.Subscription) _ = AnnounceAsync(multiplexer);
    }

    private async Task AnnounceAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            // An answer on this connection proves that the subscriptions sent before it are in force.
            await multiplexer.GetSubscriber().PingAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            // It was lost again; the next restoration announces.
            return;
        }
        SubscriptionsRestored?.Invoke(this, EventArgs.Empty);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Redis at {EndPoint} can't be reached. Publishing answers 503 and streams wait until it comes.", EventName = "RedisUnreachable")]
    private partial void LogUnreachable(string endPoint);

    [LoggerMessage(2002, LogLevel.Warning, "The connection to Redis at {EndPoint} was lost ({Failure}). Streams stay open and heal when it is back.", EventName = "RedisLost")]
    private partial void LogLost(string endPoint, string failure);

    [LoggerMessage(2003, LogLevel.Information, "The connection to Redis at {EndPoint} is back.", EventName = "RedisRestored")]
    private partial void LogRestored(string endPoint);
}
