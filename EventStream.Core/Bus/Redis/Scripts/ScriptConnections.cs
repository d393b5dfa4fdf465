using System.Net;
using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Wire;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Scripts;

/// <summary>Keeps one connection for scripts to each master that took one. The client library knows which node is the master of what, and runs whatever these can't.</summary>
internal sealed partial class ScriptConnections(CommandConnection commands, ConfigurationOptions configuration, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<EndPoint, Task<ScriptConnection?>> _opened = [];
    private bool _isClosing;

    /// <summary>Runs a script where no connection has to be made first and no other node is to be asked.</summary>
    /// <returns>The answer; null when the client library must run it. Then Redis hasn't done it.</returns>
    /// <exception cref="BusUnavailableException">Redis refused, or it is unknown whether it has done it.</exception>
    public async ValueTask<RedisResult?> TryRunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        if (To(keys[0]) is not { } connection) return null;
        try
        {
            return await connection.RunAsync(script, keys, arguments).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (RedisFaults.IsForAnotherTry(e))
        {
            return null;
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            throw commands.Unavailable(e);
        }
    }

    /// <summary>Runs a script that only reads, and so may be run twice.</summary>
    /// <returns>The answer; null when the client library must run it, also since the connection was lost.</returns>
    /// <exception cref="BusUnavailableException">Redis refused.</exception>
    public async ValueTask<RedisResult?> TryReadAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await TryRunAsync(script, keys, arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (BusUnavailableException e) when (e.Refusal is null)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<ScriptConnection?>[] opened;
        lock (_lock)
        {
            _isClosing = true;
            opened = [.. _opened.Values];
        }
        foreach (var opening in opened)
        {
            if (await opening.ConfigureAwait(false) is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Null while there is none; it is made meanwhile.
    private ScriptConnection? To(RedisKey key)
    {
        if (MasterOf(key) is not { } master) return null;
        lock (_lock)
        {
            if (_isClosing) return null;
            if (!_opened.TryGetValue(master, out var opening)) _opened[master] = opening = OpenAsync(master);
            return opening.IsCompletedSuccessfully && opening.Result is { Lost.IsCompleted: false } connection ? connection : null;
        }
    }

    private EndPoint? MasterOf(RedisKey key)
    {
        try
        {
            return commands.MultiplexerAsync() is { IsCompletedSuccessfully: true, Result: var multiplexer } ? multiplexer.GetServer(key, flags: CommandFlags.DemandMaster).EndPoint : null;
        }
        catch (Exception e) when (e is InvalidOperationException || RedisFaults.IsUnavailable(e))
        {
            // It has no node to ask either, and says so when it is asked.
            return null;
        }
    }

    private async Task<ScriptConnection?> OpenAsync(EndPoint master)
    {
        // Not on the caller's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        ScriptConnection? connection = null;
        try
        {
            connection = await ScriptConnection.OpenAsync(master, configuration, time).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, such as a process without a free descriptor: the client library's connection does the work.
            LogNotOpened(e, RedisNames.Of(master));
        }
        _ = ForgetAsync(master, connection);
        return connection;
    }

    // The next script makes another.
    private async Task ForgetAsync(EndPoint master, ScriptConnection? connection)
    {
        if (connection is null) await Task.Delay(RetryDelay, time).ConfigureAwait(false);
        else LogLost(RedisNames.Of(master), await connection.Lost.ConfigureAwait(false));
        lock (_lock) _opened.Remove(master);
    }

    [LoggerMessage(2016, LogLevel.Debug, "The connection for scripts to Redis at {EndPoint} couldn't be opened; meanwhile the client library's runs them.", EventName = "RedisScriptsNotOpened")]
    private partial void LogNotOpened(Exception fault, string endPoint);

    [LoggerMessage(2017, LogLevel.Debug, "The connection for scripts to Redis at {EndPoint} was lost ({Reason}); the client library's runs them until the next is open.", EventName = "RedisScriptsLost")]
    private partial void LogLost(string endPoint, string reason);
}
