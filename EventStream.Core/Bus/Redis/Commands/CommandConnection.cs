using System.Collections.Concurrent;
using System.Net;
using EventStream.Bus.Redis.Wire;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Commands;

/// <summary>The client library's connections that commands take: to every node that it knows of. It heals them itself.</summary>
internal sealed partial class CommandConnection(ConfigurationOptions configuration, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // Redis may refuse thousands of commands a second for one reason.
    private static readonly TimeSpan RefusalPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<EndPoint, bool> _down = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<ConnectionMultiplexer>? _multiplexer;
    private volatile bool _isUnreachable;
    private long? _refusedAt;
    private int _isRefreshing;
    private bool _isDisposed;

    /// <summary>The library's connections; completes once it has tried to connect, whether it could or not.</summary>
    public Task<ConnectionMultiplexer> MultiplexerAsync()
    {
        lock (_lock) return _multiplexer ??= ConnectAsync();
    }

    /// <summary>Notes that a command failed.</summary>
    public void NoteFault(Exception fault)
    {
        if (fault is RedisServerException) NoteRefusal(fault.Message);
        else _ = RefreshTopologyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? multiplexer;
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            multiplexer = _multiplexer;
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            if (multiplexer is not null)
            {
                var connected = await multiplexer.ConfigureAwait(false);
                await connected.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
                await connected.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // There never was a connection, or it is gone already.
        }
        _closing.Dispose();
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

    // The library asks the other nodes for the successor of a silent one only when it gives the connection up.
    private async Task RefreshTopologyAsync()
    {
        Task<ConnectionMultiplexer>? multiplexer;
        lock (_lock) multiplexer = _multiplexer;
        if (multiplexer is not { IsCompletedSuccessfully: true } || Interlocked.Exchange(ref _isRefreshing, 1) == 1) return;
        try
        {
            var connected = await multiplexer.ConfigureAwait(false);
            if (connected.GetEndPoints().Length > 1) await connected.ConfigureAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The next command that fails asks again.
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var multiplexer = await TryUntilConnectedAsync().ConfigureAwait(false);
        multiplexer.ConnectionFailed += (_, e) => NoteLost(e);
        multiplexer.ConnectionRestored += (_, e) => NoteRestored(e);
        if (multiplexer.IsConnected) _isUnreachable = false;
        else NoteUnreachable();
        return multiplexer;
    }

    // The library throws instead of waiting when a host has no address yet, or no sentinel answers.
    private async Task<ConnectionMultiplexer> TryUntilConnectedAsync()
    {
        while (true)
        {
            try
            {
                return await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
            }
            catch (Exception) when (!_closing.IsCancellationRequested)
            {
                NoteUnreachable();
                await Task.Delay(TimeSpan.FromMilliseconds(configuration.ConnectTimeout), time, _closing.Token).ConfigureAwait(false);
            }
        }
    }

    private void NoteUnreachable()
    {
        if (!_isUnreachable) LogUnreachable(RedisNames.Of(configuration.EndPoints[0]));
        _isUnreachable = true;
    }

    private void NoteLost(ConnectionFailedEventArgs e)
    {
        if (_closing.IsCancellationRequested || e.ConnectionType != ConnectionType.Interactive || e.EndPoint is not { } endPoint) return;
        if (!_isUnreachable && _down.TryAdd(endPoint, true)) LogLost(RedisNames.Of(endPoint), e.FailureType.ToString());
    }

    private void NoteRestored(ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType != ConnectionType.Interactive || e.EndPoint is not { } endPoint) return;
        var wasUnreachable = _isUnreachable;
        _isUnreachable = false;
        if (_down.TryRemove(endPoint, out _) || wasUnreachable) LogRestored(RedisNames.Of(endPoint));
    }
}
