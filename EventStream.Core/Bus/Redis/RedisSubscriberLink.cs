using System.Net;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>One life of the subscribing connection: to a single node, thrown away when it fails.</summary>
/// <remarks>The client can heal a subscription too, but forgets some of them, and may take one for healed that no node knows of.</remarks>
internal sealed class RedisSubscriberLink : IAsyncDisposable
{
    // Without INFO and CLUSTER the client takes the node for one that stands alone and stays with it. Every node hears every message.
    private static readonly string[] Needed = ["AUTH", "CLIENT", "ECHO", "PING", "QUIT", "SUBSCRIBE", "UNSUBSCRIBE"];
    private static readonly TimeSpan CheckDelay = TimeSpan.FromMilliseconds(10);

    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConnectionMultiplexer _connection;
    private readonly ISubscriber _subscriber;
    private readonly RedisBusOptions _options;
    private readonly TimeProvider _time;
    private long _heardAt;

    private RedisSubscriberLink(ConnectionMultiplexer connection, EndPoint endPoint, RedisBusOptions options, TimeProvider time)
    {
        (_connection, EndPoint, _options, _time, _heardAt) = (connection, endPoint, options, time, time.GetTimestamp());
        _subscriber = connection.GetSubscriber();
        connection.ConnectionFailed += (_, e) => Fail(e.FailureType.ToString());
    }

    public EndPoint EndPoint { get; }

    /// <summary>Completes with the reason once the connection is of no use any more.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Since when nothing came.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Connects and returns once the node answers.</summary>
    public static async Task<RedisSubscriberLink> OpenAsync(EndPoint endPoint, RedisBusOptions options, TimeProvider time)
    {
        var configuration = ConfigurationOptions.Parse(options.ConnectionString);
        configuration.EndPoints.Clear();
        configuration.EndPoints.Add(endPoint);
        configuration.CommandMap = CommandMap.Create([.. Needed], available: true);
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = "";
        configuration.ChannelPrefix = default;
        configuration.AbortOnConnectFail = false;
        configuration.ConnectRetry = 1;
        configuration.ClientName = "eventstream";
        configuration.ConnectTimeout = (int)options.CommandTimeout.TotalMilliseconds;

        var connection = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        var link = new RedisSubscriberLink(connection, endPoint, options, time);
        try
        {
            await link.AnswerAsync().ConfigureAwait(false);
            return link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Fail(string reason) => _lost.TrySetResult(reason);

    public async Task SubscribeAsync(RedisChannel channel, Action<RedisChannel, RedisValue> hear)
    {
        await CallAsync(() => _subscriber.SubscribeAsync(channel, (name, message) =>
        {
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
            hear(name, message);
        })).ConfigureAwait(false);
        // Without a connection the client only takes a note and calls that a success.
        if (_subscriber.SubscribedEndpoint(channel) is null) throw new BusUnavailableException("Redis isn't connected.");
    }

    public Task UnsubscribeAsync(RedisChannel channel) => CallAsync(() => _subscriber.UnsubscribeAsync(channel));

    public Task PingAsync() => CallAsync(() => _subscriber.PingAsync());

    public async ValueTask DisposeAsync()
    {
        Fail("Disposed");
        try
        {
            await _connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            _connection.Dispose();
        }
        catch (Exception)
        {
            // It is gone already.
        }
    }

    // The client connects its two halves one after the other, and says it is there when it has the first.
    private async Task AnswerAsync()
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await PingAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (RedisFaults.IsUnavailable(e) && !Lost.IsCompleted && _time.GetElapsedTime(since) < _options.CommandTimeout)
            {
                await Task.Delay(CheckDelay, _time).ConfigureAwait(false);
            }
        }
    }

    private async Task CallAsync(Func<Task> call)
    {
        try
        {
            if (Lost.IsCompleted) throw new BusUnavailableException("The connection to Redis was lost.");
            var called = call().WaitAsync(_options.CommandTimeout, _time);
            await Task.WhenAny(called, Lost).ConfigureAwait(false);
            if (!called.IsCompleted) throw new BusUnavailableException("The connection to Redis was lost.");
            await called.ConfigureAwait(false);
            if (Lost.IsCompleted) throw new BusUnavailableException("The connection to Redis was lost.");
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
        }
        catch (NullReferenceException e)
        {
            // The client's own defect (1.2.6), while a connection is torn down under it.
            throw new BusUnavailableException("The connection to Redis was lost.", e);
        }
    }
}
