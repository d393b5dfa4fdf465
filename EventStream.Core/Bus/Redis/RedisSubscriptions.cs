using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Subscribes to each channel once, however many listeners it has.</summary>
internal sealed partial class RedisSubscriptions
{
    private static readonly TimeSpan ConnectionCheckDelay = TimeSpan.FromMilliseconds(10);

    // Joining and leaving a channel are serialised: the client doesn't survive an unsubscribe that overtakes a subscribe.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<StreamKey, RedisSubscription> _channels = new();
    private readonly RedisConnections _connections;
    private readonly RedisBusOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _skipped;

    public RedisSubscriptions(RedisConnections connections, RedisBusOptions options, TimeProvider time, ILogger logger)
    {
        (_connections, _options, _time, _logger) = (connections, options, time, logger);
        connections.OnSubscriptionsRestored = RestoreAsync;
    }

    /// <summary>How many channels are subscribed to.</summary>
    public int Count => _channels.Count;

    /// <summary>How many messages were no event.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    public async Task<IAsyncDisposable> AddAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken)
    {
        using var gate = await EnterAsync(stream, cancellationToken).ConfigureAwait(false);
        if (!_channels.TryGetValue(stream, out var channel))
        {
            channel = new RedisSubscription(stream, _time, this);
            // Known before it is in force, so that a restored connection finds it.
            _channels[stream] = channel;
            try
            {
                await SubscribeAsync(channel, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Counts a message that is no event; logs the first of a channel.</summary>
    public void NoteSkipped(StreamKey stream, string reason, bool isFirst)
    {
        Interlocked.Increment(ref _skipped);
        if (isFirst) LogNoEvent(stream, reason);
    }

    public void NoteFaulty(StreamKey stream, Exception fault) => LogFaulty(fault, stream);

    private async Task SubscribeAsync(RedisSubscription channel, CancellationToken cancellationToken)
    {
        var subscriber = await _connections.SubscriberAsync().WaitAsync(_options.CommandTimeout, _time, cancellationToken).ConfigureAwait(false);
        var name = RedisNames.Channel(channel.Stream);
        await WaitForConnectionAsync(subscriber, name, cancellationToken).ConfigureAwait(false);
        try
        {
            await subscriber.SubscribeAsync(name, channel.OnMessage).WaitAsync(_options.CommandTimeout, _time, cancellationToken).ConfigureAwait(false);
            // Without a connection the client only takes a note and calls that a success.
            if (subscriber.SubscribedEndpoint(name) is null) throw new BusUnavailableException("Redis isn't connected.");
        }
        catch
        {
            // The client would subscribe once Redis is back, for nobody.
            _ = LeaveAsync(channel);
            throw;
        }
    }

    // The client connects its two halves one after the other, and says it is there when it has the first.
    private async Task WaitForConnectionAsync(ISubscriber subscriber, RedisChannel name, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        while (!subscriber.IsConnected(name))
        {
            if (_time.GetElapsedTime(since) > _options.CommandTimeout) throw new BusUnavailableException("Redis isn't connected.");
            await Task.Delay(ConnectionCheckDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Subscribes again to what the client let go, and tells everybody that messages may be missing.</summary>
    private async Task RestoreAsync(ISubscriber subscriber)
    {
        foreach (var channel in _channels.Values)
        {
            using var gate = await EnterAsync(channel.Stream, CancellationToken.None).ConfigureAwait(false);
            if (_channels.GetValueOrDefault(channel.Stream) != channel) continue;
            if (subscriber.SubscribedEndpoint(RedisNames.Channel(channel.Stream)) is null)
            {
                await subscriber.UnsubscribeAsync(RedisNames.Channel(channel.Stream), channel.OnMessage).WaitAsync(_options.CommandTimeout, _time).ConfigureAwait(false);
                await SubscribeAsync(channel, CancellationToken.None).ConfigureAwait(false);
            }
            channel.Interrupted();
        }
    }

    private async Task RemoveAsync(RedisSubscription channel, IStreamListener listener)
    {
        using var gate = await EnterAsync(channel.Stream, CancellationToken.None).ConfigureAwait(false);
        if (!channel.Remove(listener)) return;
        _channels.TryRemove(channel.Stream, out _);
        await LeaveAsync(channel).ConfigureAwait(false);
    }

    private async Task LeaveAsync(RedisSubscription channel)
    {
        try
        {
            var subscriber = await _connections.SubscriberAsync().WaitAsync(_options.CommandTimeout, _time).ConfigureAwait(false);
            await subscriber.UnsubscribeAsync(RedisNames.Channel(channel.Stream), channel.OnMessage)
                .WaitAsync(_options.CommandTimeout, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            // The client has forgotten the handler; Redis forgot the subscription with the connection.
            LogUnsubscribeFailed(e, channel.Stream);
        }
    }

    private async Task<Gate> EnterAsync(StreamKey stream, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)stream.GetHashCode() % (uint)_gates.Length];
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Gate(gate);
    }

    [LoggerMessage(2010, LogLevel.Warning, "A message on channel {Stream} is no event and was skipped; further ones on it are only counted. {Reason}", EventName = "RedisMessageSkipped")]
    private partial void LogNoEvent(StreamKey stream, string reason);

    [LoggerMessage(2011, LogLevel.Debug, "Redis didn't confirm that channel {Stream} was left.", EventName = "RedisUnsubscribeFailed")]
    private partial void LogUnsubscribeFailed(Exception exception, StreamKey stream);

    [LoggerMessage(2012, LogLevel.Error, "A listener of {Stream} failed; the others heard the message.", EventName = "RedisListenerFailed")]
    private partial void LogFaulty(Exception exception, StreamKey stream);

    private readonly struct Gate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }

    private sealed class Membership(RedisSubscriptions owner, RedisSubscription channel, IStreamListener listener) : IAsyncDisposable
    {
        private int _isDisposed;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0) await owner.RemoveAsync(channel, listener).ConfigureAwait(false);
        }
    }
}
