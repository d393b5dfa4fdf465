using System.Net;
using System.Text;
using EventStream.Bus.Redis.Connections;
using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>One subscribing connection, to a single node. Every node gets every message.</summary>
/// <remarks>
/// The thread that reads hands each message on before it reads the next. That keeps their order, changes no threads, and shows which
/// messages arrived together. The client library changes threads three times for a message and takes five times the processor time.
/// </remarks>
internal sealed class PubSubConnection : NodeConnection
{
    private readonly ChannelRouter _router = new();
    private readonly RespReader _reader;

    private PubSubConnection(EndPoint endPoint, ConfigurationOptions configuration, TimeProvider time)
        : base(endPoint, configuration, ConnectionType.Subscription, time) => _reader = new RespReader(Received);

    /// <summary>Connects and returns once the node answers.</summary>
    /// <exception cref="BusUnavailableException">It doesn't.</exception>
    public static async Task<PubSubConnection> OpenAsync(EndPoint endPoint, ConfigurationOptions configuration, TimeProvider time)
    {
        var connection = new PubSubConnection(endPoint, configuration, time);
        await connection.OpenAsync("redis pub/sub").ConfigureAwait(false);
        return connection;
    }

    /// <summary>Subscribes; <paramref name="listener"/> hears everything from then on, also before this returns.</summary>
    /// <exception cref="BusUnavailableException">The subscription may be in force all the same.</exception>
    public Task SubscribeAsync(RedisChannel channel, IChannelListener listener)
    {
        byte[] name = channel!;
        _router.Add(name, listener);
        return CallAsync(RespWriter.Command("SUBSCRIBE", name));
    }

    public Task UnsubscribeAsync(RedisChannel channel)
    {
        byte[] name = channel!;
        // Before it is sent: another listener may have subscribed by the time of the answer.
        _router.Remove(name);
        return CallAsync(RespWriter.Command("UNSUBSCRIBE", name));
    }

    /// <summary>Subscribes to channels that nobody listens to, and leaves them.</summary>
    public Task ProveAsync(IEnumerable<RedisChannel> channels) =>
        Task.WhenAll(channels.SelectMany(channel => (Task[])[CallAsync(RespWriter.Command("SUBSCRIBE", (byte[])channel!)), CallAsync(RespWriter.Command("UNSUBSCRIBE", (byte[])channel!))]));

    protected override void Read()
    {
        while (_reader.TryRead(out var reply))
        {
            if (reply.IsPublished) _router.Deliver(reply);
            else if (reply.IsError) Answers.Refuse(RefusedWith(Encoding.UTF8.GetString(reply.Kind[1..])));
            else Answers.Answer(null);
        }
        _router.Pause();
    }

    private static BusUnavailableException RefusedWith(string error) => new($"Redis refused: {error}") { Refusal = RedisRefusals.Of(error) };
}
