using System.Net;
using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Wire;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Keeps one subscribing connection to any node that answers, and makes another one when it is lost or deaf.</summary>
internal sealed partial class PubSubReconnector(CommandConnection commands, PubSubWatch watch, ConfigurationOptions configuration, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<PubSubConnection> _current = NewCurrent();
    private Task? _run;
    private bool _isClosing;
    private bool _isDown;

    /// <summary>Called with each new connection; what it throws ends that connection.</summary>
    public Func<PubSubConnection, Task>? OnOpened { get; set; }

    private TimeSpan Timeout => TimeSpan.FromMilliseconds(configuration.AsyncTimeout);

    /// <summary>The present connection; waits for one while there is none.</summary>
    public Task<PubSubConnection> ConnectionAsync(CancellationToken cancellationToken = default)
    {
        Task<PubSubConnection> current;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            _run ??= Task.Run(RunAsync, CancellationToken.None);
            current = _current.Task;
        }
        return current.WaitAsync(Timeout, time, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task? run;
        lock (_lock)
        {
            if (_isClosing) return;
            _isClosing = true;
            run = _run;
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        if (run is not null) await run.ConfigureAwait(false);
        _closing.Dispose();
    }

    private static TaskCompletionSource<PubSubConnection> NewCurrent() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        EndPoint? last = null;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var connection = await OpenAsync(last).ConfigureAwait(false);
                last = connection.EndPoint;
                var reason = await UseAsync(connection).ConfigureAwait(false);
                if (_closing.IsCancellationRequested) return;
                // One that was lost before all channels were restored is tried again like one that couldn't be opened.
                if (_isDown) await Task.Delay(RetryDelay, time, _closing.Token).ConfigureAwait(false);
                else if (commands.TellsOutages) LogLost(RedisNames.Of(connection.EndPoint), reason);
                _isDown = true;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Not even a defect ends this loop: without it the process would never hear anything again.
                Note(e);
                Refuse(e);
                await Task.Delay(RetryDelay, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets others use the connection until it is lost.</summary>
    /// <returns>Why it was lost.</returns>
    private async Task<string> UseAsync(PubSubConnection connection)
    {
        try
        {
            await watch.SubscribeAsync(connection).ConfigureAwait(false);
            _current.TrySetResult(connection);
            var restoring = RestoreAsync(connection);
            var reason = await watch.UntilLostAsync(connection, _closing.Token).ConfigureAwait(false);
            lock (_lock) _current = NewCurrent();
            connection.Fail(reason);
            await restoring.ConfigureAwait(false);
            return reason;
        }
        finally
        {
            lock (_lock)
            {
                if (_current.Task.IsCompleted) _current = NewCurrent();
            }
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task RestoreAsync(PubSubConnection connection)
    {
        try
        {
            if (OnOpened is { } opened) await opened(connection).ConfigureAwait(false);
            if (_isDown && commands.TellsOutages) LogOpened(RedisNames.Of(connection.EndPoint));
            _isDown = false;
        }
        catch (Exception e)
        {
            Note(e);
            connection.Fail("Subscribing failed");
        }
    }

    private void Note(Exception fault)
    {
        if (!RedisFaults.IsUnavailable(fault)) LogOpening(fault);
        else if (RedisFaults.Refusal(fault, out var words) is { } refusal) commands.NoteRefusal(refusal, words);
    }

    // Those who wait for a connection are told at once: a missing right stays missing until somebody gives it.
    private void Refuse(Exception fault)
    {
        if (RedisFaults.Refusal(fault, out _) is not { IsLasting: true }) return;
        lock (_lock)
        {
            _current.TrySetException(fault);
            // Perhaps no one waits.
            _ = _current.Task.Exception;
            _current = NewCurrent();
        }
    }

    // Nodes that answer commands come first. The one that was just lost comes last.
    private async Task<PubSubConnection> OpenAsync(EndPoint? last)
    {
        while (true)
        {
            var multiplexer = await commands.MultiplexerAsync().WaitAsync(_closing.Token).ConfigureAwait(false);
            var servers = multiplexer.GetServers();
            Exception? refused = null;
            Random.Shared.Shuffle(servers);
            foreach (var server in servers.OrderBy(server => server.EndPoint.Equals(last)).ThenBy(server => !server.IsConnected))
            {
                _closing.Token.ThrowIfCancellationRequested();
                try
                {
                    return await PubSubConnection.OpenAsync(server.EndPoint, configuration, time).ConfigureAwait(false);
                }
                catch (Exception e) when (RedisFaults.IsUnavailable(e))
                {
                    Note(e);
                    LogNotOpened(e, RedisNames.Of(server.EndPoint));
                    refused = e;
                }
            }
            if (refused is not null) Refuse(refused);
            await Task.Delay(RetryDelay, time, _closing.Token).ConfigureAwait(false);
        }
    }
}
