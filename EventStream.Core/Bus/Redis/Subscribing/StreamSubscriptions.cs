using System.Collections.Concurrent;
using EventStream.Bus.Redis.Wire;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Subscribes to the channel of each stream once, however many listeners the stream has, and again on every new connection.</summary>
internal sealed partial class StreamSubscriptions
{
    // Each listener reads its log when its channel is restored, so this many logs are read at once.
    private const int RestoredAtOnce = 64;

    private readonly ChannelGates _gates = new();
    private readonly ConcurrentDictionary<StreamKey, ChannelFanOut> _channels = new();
    private readonly PubSubReconnector _connections;
    private readonly RedisMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public StreamSubscriptions(PubSubReconnector connections, RedisMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_connections, _metrics, _time, _logger) = (connections, metrics, time, logger);
        connections.OnOpened = RestoreAsync;
    }

    /// <summary>How many channels are subscribed to.</summary>
    public int Count => _channels.Count;

    public async Task<IAsyncDisposable> AddAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken)
    {
        using var gate = await _gates.EnterAsync(stream, cancellationToken).ConfigureAwait(false);
        if (!_channels.TryGetValue(stream, out var channel))
        {
            channel = new ChannelFanOut(stream, _time, this);
            // Before it is in force, so that a new connection restores it.
            _channels[stream] = channel;
            try
            {
                await JoinAsync(channel, await _connections.ConnectionAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _channels.TryRemove(stream, out _);
                throw;
            }
        }
        channel.Add(listener);
        return new Membership(this, channel, listener);
    }

    /// <summary>Proves that channels can be subscribed to now.</summary>
    /// <exception cref="BusUnavailableException">They can't.</exception>
    public async Task ProveAsync(IEnumerable<RedisChannel> channels, CancellationToken cancellationToken)
    {
        var connection = await _connections.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ProveAsync(channels).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts a message that is no event; logs the first of a channel.</summary>
    public void NoteSkipped(StreamKey stream, string reason, bool isFirst)
    {
        _metrics.MessageSkipped();
        if (isFirst) LogNoEvent(stream, reason);
    }

    public void NoteFaulty(StreamKey stream, Exception fault) => LogFaulty(fault, stream);

    private async Task JoinAsync(ChannelFanOut channel, PubSubConnection connection, CancellationToken cancellationToken)
    {
        channel.Connection = connection;
        try
        {
            await connection.SubscribeAsync(RedisNames.Channel(channel.Stream), channel).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The subscription may be in force all the same.
            _ = LeaveAsync(channel);
            throw;
        }
    }

    /// <summary>Subscribes to everything on a new connection, and tells every listener that messages may be missing.</summary>
    private Task RestoreAsync(PubSubConnection connection) => Parallel.ForEachAsync(_channels.Values, new ParallelOptions { MaxDegreeOfParallelism = RestoredAtOnce }, async (channel, _) =>
    {
        using (await _gates.EnterAsync(channel.Stream, CancellationToken.None).ConfigureAwait(false))
        {
            if (_channels.GetValueOrDefault(channel.Stream) != channel || channel.Connection == connection) return;
            await JoinAsync(channel, connection, CancellationToken.None).ConfigureAwait(false);
        }
        channel.Interrupted();
    });

    private async Task RemoveAsync(ChannelFanOut channel, IStreamListener listener)
    {
        using var gate = await _gates.EnterAsync(channel.Stream, CancellationToken.None).ConfigureAwait(false);
        if (!channel.Remove(listener)) return;
        _channels.TryRemove(channel.Stream, out _);
        await LeaveAsync(channel).ConfigureAwait(false);
    }

    private async Task LeaveAsync(ChannelFanOut channel)
    {
        // A connection that was lost took its subscriptions with it.
        if (channel.Connection is not { Lost.IsCompleted: false } connection) return;
        try
        {
            await connection.UnsubscribeAsync(RedisNames.Channel(channel.Stream)).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            LogUnsubscribeFailed(e, channel.Stream);
        }
    }

    private sealed class Membership(StreamSubscriptions owner, ChannelFanOut channel, IStreamListener listener) : IAsyncDisposable
    {
        private int _isDisposed;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0) await owner.RemoveAsync(channel, listener).ConfigureAwait(false);
        }
    }
}
