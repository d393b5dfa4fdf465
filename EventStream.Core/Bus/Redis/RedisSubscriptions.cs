using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventStream.Bus.Redis;

/// <summary>Subscribes to each channel once, however many listeners it has.</summary>
internal sealed partial class RedisSubscriptions
{
    // As many logs are looked at in one instant when a connection is back.
    private const int RestoredAtOnce = 64;

    // Joining and leaving a channel are serialised: an unsubscribe that overtook a subscribe would leave it deaf. Each takes a round trip, so
    // there are as many gates as keep a crowd's channels from sharing one.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<StreamKey, RedisSubscription> _channels = new();
    private readonly RedisSubscriber _subscriber;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _skipped;

    public RedisSubscriptions(RedisSubscriber subscriber, TimeProvider time, ILogger logger)
    {
        (_subscriber, _time, _logger) = (subscriber, time, logger);
        subscriber.OnOpened = RestoreAsync;
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
                await JoinAsync(channel, await _subscriber.LinkAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
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

    private async Task JoinAsync(RedisSubscription channel, RedisSubscriberLink link, CancellationToken cancellationToken)
    {
        channel.Link = link;
        try
        {
            await link.SubscribeAsync(RedisNames.Channel(channel.Stream), channel).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // It may be in force all the same, for nobody.
            _ = LeaveAsync(channel);
            throw;
        }
    }

    /// <summary>Subscribes to everything on a new connection, and tells everybody that messages may be missing.</summary>
    private Task RestoreAsync(RedisSubscriberLink link) => Parallel.ForEachAsync(_channels.Values, new ParallelOptions { MaxDegreeOfParallelism = RestoredAtOnce }, async (channel, _) =>
    {
        using (await EnterAsync(channel.Stream, CancellationToken.None).ConfigureAwait(false))
        {
            if (_channels.GetValueOrDefault(channel.Stream) != channel || channel.Link == link) return;
            await JoinAsync(channel, link, CancellationToken.None).ConfigureAwait(false);
        }
        channel.Interrupted();
    });

    private async Task RemoveAsync(RedisSubscription channel, IStreamListener listener)
    {
        using var gate = await EnterAsync(channel.Stream, CancellationToken.None).ConfigureAwait(false);
        if (!channel.Remove(listener)) return;
        _channels.TryRemove(channel.Stream, out _);
        await LeaveAsync(channel).ConfigureAwait(false);
    }

    private async Task LeaveAsync(RedisSubscription channel)
    {
        // A connection that was lost took its subscriptions with it.
        if (channel.Link is not { Lost.IsCompleted: false } link) return;
        try
        {
            await link.UnsubscribeAsync(RedisNames.Channel(channel.Stream)).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
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
