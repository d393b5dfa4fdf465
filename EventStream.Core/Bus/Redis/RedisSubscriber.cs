using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Keeps one subscribing connection to any node that answers: watches it, and moves to another node or connection when it is lost or deaf.</summary>
internal sealed partial class RedisSubscriber(RedisCommands commands, RedisBusOptions options, TimeProvider time, ILogger logger) : IChannelListener, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly RedisChannel _probeChannel = new($"eventstream:probe:{Guid.NewGuid():N}", RedisChannel.PatternMode.Literal);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<RedisSubscriberLink> _current = NewCurrent();
    private TaskCompletionSource? _probeHeard;
    private Task? _run;
    private bool _isClosing;
    private bool _isDown;
    private bool _isDeaf;

    /// <summary>Called with each new connection; what it throws ends that connection.</summary>
    public Func<RedisSubscriberLink, Task>? OnOpened { get; set; }

    /// <summary>The present connection; waits for one while there is none.</summary>
    public Task<RedisSubscriberLink> LinkAsync(CancellationToken cancellationToken = default)
    {
        Task<RedisSubscriberLink> current;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            _run ??= Task.Run(RunAsync, CancellationToken.None);
            current = _current.Task;
        }
        return current.WaitAsync(options.CommandTimeout, time, cancellationToken);
    }

    void IChannelListener.OnMessage(ReadOnlySpan<byte> message) => Volatile.Read(ref _probeHeard)?.TrySetResult();

    void IChannelListener.OnTooLong()
    {
        // Not ours.
    }

    void IChannelListener.OnPause()
    {
        // A probe is heard at once.
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

    private static TaskCompletionSource<RedisSubscriberLink> NewCurrent() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        EndPoint? avoided = null;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var link = await OpenAsync(avoided).ConfigureAwait(false);
                avoided = link.EndPoint;
                var reason = await LiveAsync(link).ConfigureAwait(false);
                if (_closing.IsCancellationRequested) return;
                _isDown = true;
                LogLost(RedisNames.Of(link.EndPoint), reason);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a process without this loop would be deaf for good.
                if (!RedisFaults.IsUnavailable(e)) LogOpening(e);
                await Task.Delay(RetryDelay, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task<string> LiveAsync(RedisSubscriberLink link)
    {
        try
        {
            await link.SubscribeAsync(_probeChannel, this).ConfigureAwait(false);
            if (_isDown) LogOpened(RedisNames.Of(link.EndPoint));
            _isDown = false;
            _current.TrySetResult(link);
            var restoring = RestoreAsync(link);
            var reason = await WatchAsync(link).ConfigureAwait(false);
            lock (_lock) _current = NewCurrent();
            link.Fail(reason);
            await restoring.ConfigureAwait(false);
            return reason;
        }
        finally
        {
            lock (_lock)
            {
                if (_current.Task.IsCompleted) _current = NewCurrent();
            }
            // Closing may wait for a node that doesn't answer.
            var closed = link.DisposeAsync().AsTask();
            if (_closing.IsCancellationRequested) await Task.WhenAny(closed, Task.Delay(options.CommandTimeout, time, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private async Task RestoreAsync(RedisSubscriberLink link)
    {
        try
        {
            if (OnOpened is { } opened) await opened(link).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (!RedisFaults.IsUnavailable(e)) LogOpening(e);
            link.Fail("Subscribing failed");
        }
    }

    // Nodes that already answer commands come first, the one that was just lost comes last.
    private async Task<RedisSubscriberLink> OpenAsync(EndPoint? avoided)
    {
        while (true)
        {
            var connection = await commands.ConnectionAsync().WaitAsync(_closing.Token).ConfigureAwait(false);
            var candidates = connection.GetEndPoints();
            Random.Shared.Shuffle(candidates);
            foreach (var endPoint in candidates.OrderBy(endPoint => endPoint.Equals(avoided)).ThenBy(endPoint => !IsConnected(connection, endPoint)))
            {
                _closing.Token.ThrowIfCancellationRequested();
                try
                {
                    return await RedisSubscriberLink.OpenAsync(endPoint, options, time).ConfigureAwait(false);
                }
                catch (Exception e) when (RedisFaults.IsUnavailable(e))
                {
                    LogNotOpened(e, RedisNames.Of(endPoint));
                }
            }
            await Task.Delay(RetryDelay, time, _closing.Token).ConfigureAwait(false);
        }
    }

    private static bool IsConnected(ConnectionMultiplexer connection, EndPoint endPoint) => connection.GetServer(endPoint).IsConnected;

    // Two ways to be deaf: nothing comes at all, which a ping shows, or only the announcements don't come, which takes one to show.
    private async Task<string> WatchAsync(RedisSubscriberLink link)
    {
        var pause = options.CommandTimeout / 2;
        var probed = time.GetTimestamp();
        var due = NextProbe();
        while (true)
        {
            using (var wait = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token))
            {
                await Task.WhenAny(link.Lost, Task.Delay(pause < due ? pause : due, time, wait.Token)).ConfigureAwait(false);
                await wait.CancelAsync().ConfigureAwait(false);
            }
            if (link.Lost.IsCompleted) return await link.Lost.ConfigureAwait(false);
            _closing.Token.ThrowIfCancellationRequested();
            if (link.Silence >= pause && !await AnswersAsync(link).ConfigureAwait(false)) return "No answer";
            if (time.GetElapsedTime(probed) < due) continue;
            if (await IsDeafAsync().ConfigureAwait(false)) return "Deaf";
            (probed, due) = (time.GetTimestamp(), NextProbe());
        }
    }

    private TimeSpan NextProbe() => options.ProbeInterval * (1 + Random.Shared.NextDouble()) / 2;

    private async Task<bool> AnswersAsync(RedisSubscriberLink link)
    {
        try
        {
            await link.PingAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            // What was announced meanwhile is a sign of life too.
            return !link.Lost.IsCompleted && link.Silence < options.CommandTimeout;
        }
    }

    private async Task<bool> IsDeafAsync()
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _probeHeard, heard);
        try
        {
            await commands.CallAsync(database => database.PublishAsync(_probeChannel, ""), _closing.Token).ConfigureAwait(false);
        }
        catch (BusUnavailableException)
        {
            // Redis is away altogether: that says nothing of this connection.
            return false;
        }
        try
        {
            await heard.Task.WaitAsync(options.CommandTimeout, time, _closing.Token).ConfigureAwait(false);
            _isDeaf = false;
            return false;
        }
        catch (TimeoutException)
        {
            if (!_isDeaf) LogDeaf(options.CommandTimeout);
            _isDeaf = true;
            return true;
        }
    }

    [LoggerMessage(2004, LogLevel.Error, "Subscribing to Redis failed in a way that is not an outage; it is tried again.", EventName = "RedisSubscribingFailed")]
    private partial void LogOpening(Exception exception);

    [LoggerMessage(2005, LogLevel.Warning, "The subscribing connection to Redis at {EndPoint} was lost ({Reason}). Streams heal as soon as another one stands.", EventName = "RedisSubscriberLost")]
    private partial void LogLost(string endPoint, string reason);

    [LoggerMessage(2006, LogLevel.Information, "A subscribing connection to Redis stands again, at {EndPoint}.", EventName = "RedisSubscriberOpened")]
    private partial void LogOpened(string endPoint);

    [LoggerMessage(2008, LogLevel.Warning, "Redis answers commands, but what this process announced to itself was not heard within {Timeout}. It subscribes again on a new connection.", EventName = "RedisSubscriberDeaf")]
    private partial void LogDeaf(TimeSpan timeout);

    [LoggerMessage(2009, LogLevel.Debug, "No subscribing connection to Redis at {EndPoint}.", EventName = "RedisSubscriberNotOpened")]
    private partial void LogNotOpened(Exception exception, string endPoint);
}
