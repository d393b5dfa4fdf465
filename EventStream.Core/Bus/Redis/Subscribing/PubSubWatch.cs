using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Wire;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Finds out that a subscribing connection stands and brings nothing: by pings, and by messages that this process publishes to itself.</summary>
internal sealed partial class PubSubWatch(RedisCommands commands, TimeSpan timeout, TimeSpan probeInterval, TimeProvider time, ILogger logger) : IChannelListener
{
    private readonly RedisChannel _channel = RedisChannel.Literal($"eventstream:probe:{Guid.NewGuid():N}");
    private TaskCompletionSource? _heard;
    private bool _isDeaf;

    public Task SubscribeAsync(PubSubConnection connection) => connection.SubscribeAsync(_channel, this);

    /// <summary>Returns why the connection is of no use any more.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public async Task<string> UntilLostAsync(PubSubConnection connection, CancellationToken cancellationToken)
    {
        var pause = timeout / 2;
        var probed = time.GetTimestamp();
        var due = NextProbe();
        while (true)
        {
            using (var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                await Task.WhenAny(connection.Lost, Task.Delay(pause < due ? pause : due, time, wait.Token)).ConfigureAwait(false);
                await wait.CancelAsync().ConfigureAwait(false);
            }
            if (connection.Lost.IsCompleted) return await connection.Lost.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (connection.Silence >= pause && !await AnswersAsync(connection).ConfigureAwait(false)) return "No answer";
            if (time.GetElapsedTime(probed) < due) continue;
            if (await IsDeafAsync(cancellationToken).ConfigureAwait(false)) return "Deaf";
            (probed, due) = (time.GetTimestamp(), NextProbe());
        }
    }

    void IChannelListener.OnMessage(ReadOnlySpan<byte> message) => Volatile.Read(ref _heard)?.TrySetResult();

    void IChannelListener.OnTooLong()
    {
        // A stranger's message.
    }

    void IChannelListener.OnPause()
    {
        // OnMessage has done everything.
    }

    private TimeSpan NextProbe() => Jitter.HalfToAll(probeInterval);

    private async Task<bool> AnswersAsync(PubSubConnection connection)
    {
        try
        {
            await connection.PingAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            // A message that came meanwhile is a sign of life too.
            return !connection.Lost.IsCompleted && connection.Silence < timeout;
        }
    }

    private async Task<bool> IsDeafAsync(CancellationToken cancellationToken)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _heard, heard);
        try
        {
            await commands.RunAsync(database => database.PublishAsync(_channel, ""), cancellationToken).ConfigureAwait(false);
        }
        catch (BusUnavailableException)
        {
            // Redis is away altogether, which says nothing of this connection.
            return false;
        }
        try
        {
            await heard.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            _isDeaf = false;
            return false;
        }
        catch (TimeoutException)
        {
            if (!_isDeaf) LogDeaf(timeout);
            _isDeaf = true;
            return true;
        }
    }

    [LoggerMessage(2008, LogLevel.Warning, "Redis answers commands, but what this process announced to itself was not heard within {Timeout}. It subscribes again on a new connection.", EventName = "RedisSubscriberDeaf")]
    private partial void LogDeaf(TimeSpan timeout);
}
