using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>One subscribing connection, to a single node; thrown away when it fails. Every node gets every message.</summary>
/// <remarks>
/// A thread of its own reads the socket and hands each message on before it reads the next. That keeps their order, changes no threads, and shows which
/// messages arrived together. The client library changes threads three times for a message and takes five times the processor time.
/// </remarks>
internal sealed class PubSubConnection : IAsyncDisposable
{
    private readonly Lock _writing = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ChannelRouter _router = new();
    private readonly PendingReplies _replies = new();
    private readonly ConfigurationOptions _configuration;
    private readonly TimeProvider _time;
    private readonly NodeSocket _socket;
    private long _heardAt;

    private PubSubConnection(EndPoint endPoint, ConfigurationOptions configuration, TimeProvider time)
    {
        (EndPoint, _configuration, _time, _heardAt) = (endPoint, configuration, time, time.GetTimestamp());
        _socket = new NodeSocket(endPoint, configuration);
    }

    public EndPoint EndPoint { get; }

    /// <summary>Completes with the reason once the connection is of no use any more.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Since when nothing came.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heardAt));

    private TimeSpan Timeout => TimeSpan.FromMilliseconds(_configuration.AsyncTimeout);

    /// <summary>Connects and returns once the node answers.</summary>
    /// <exception cref="BusUnavailableException">It doesn't.</exception>
    public static async Task<PubSubConnection> OpenAsync(EndPoint endPoint, ConfigurationOptions configuration, TimeProvider time)
    {
        var connection = new PubSubConnection(endPoint, configuration, time);
        try
        {
            new Thread(connection.Run) { IsBackground = true, Name = "redis pub/sub" }.Start();
            await connection.WithinTimeoutAsync(connection._opened.Task).ConfigureAwait(false);
            await connection.AuthenticateAsync().ConfigureAwait(false);
            await connection.TryNameAsync().ConfigureAwait(false);
            await connection.PingAsync().ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Fail(string reason)
    {
        if (!_lost.TrySetResult(reason)) return;
        _socket.Dispose();
        _opened.TrySetException(LostBecause(reason));
        _replies.End(LostBecause(reason));
    }

    /// <summary>Subscribes; <paramref name="listener"/> hears everything from then on, also before this returns.</summary>
    /// <exception cref="BusUnavailableException">The subscription may be in force all the same.</exception>
    public Task SubscribeAsync(RedisChannel channel, IChannelListener listener)
    {
        byte[] name = channel!;
        _router.Add(name, listener);
        return CallAsync(RespWriter.Command("SUBSCRIBE"u8.ToArray(), name));
    }

    public Task UnsubscribeAsync(RedisChannel channel)
    {
        byte[] name = channel!;
        // Before it is sent: another listener may have subscribed by the time of the answer.
        _router.Remove(name);
        return CallAsync(RespWriter.Command("UNSUBSCRIBE"u8.ToArray(), name));
    }

    /// <summary>Subscribes to channels that nobody listens to, and leaves them.</summary>
    public Task ProveAsync(IEnumerable<RedisChannel> channels) =>
        Task.WhenAll(channels.SelectMany(channel => (Task[])[CallAsync(RespWriter.Command("SUBSCRIBE"u8.ToArray(), channel!)), CallAsync(RespWriter.Command("UNSUBSCRIBE"u8.ToArray(), channel!))]));

    public Task PingAsync() => CallAsync(RespWriter.Command("PING"));

    public ValueTask DisposeAsync()
    {
        Fail("Disposed");
        return ValueTask.CompletedTask;
    }

    private Task AuthenticateAsync()
    {
        var password = _configuration.Password ?? "";
        if (_configuration.User is { Length: > 0 } user) return CallAsync(RespWriter.Command("AUTH", user, password));
        return password.Length > 0 ? CallAsync(RespWriter.Command("AUTH", password)) : Task.CompletedTask;
    }

    private async Task TryNameAsync()
    {
        if (_configuration.ClientName is not { Length: > 0 } name) return;
        try
        {
            await CallAsync(RespWriter.Command("CLIENT", "SETNAME", name)).ConfigureAwait(false);
        }
        catch (BusUnavailableException)
        {
            // A user with few rights may not do this. The ping shows whether the node is of use.
        }
    }

    private Task CallAsync(byte[] command)
    {
        Task answered = Task.CompletedTask;
        try
        {
            lock (_writing)
            {
                if (!_replies.TryAdd(out answered)) return answered;
                _socket.Write(command);
            }
        }
        catch (Exception)
        {
            // Half a command may have been sent.
            Fail("Sending failed");
        }
        return WithinTimeoutAsync(answered);
    }

    private async Task WithinTimeoutAsync(Task task)
    {
        try
        {
            await task.WaitAsync(Timeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new BusUnavailableException("Redis didn't answer.", e);
        }
    }

    private static BusUnavailableException RefusedWith(string error) => new($"Redis refused: {error}") { Refusal = RedisRefusals.Of(error) };

    private static BusUnavailableException LostBecause(string reason) => new($"The connection to Redis was lost ({reason}).");

    private void Run()
    {
        try
        {
            _socket.Connect();
            _opened.TrySetResult();
            Read();
            Fail("Closed by Redis");
        }
        catch (Exception e)
        {
            // A defect ends the connection too: the next one is tried.
            Fail(e is SocketException fault ? fault.SocketErrorCode.ToString() : IsBroken(e) ? "Broken" : e.GetType().Name);
        }
    }

    private void Read()
    {
        var reader = new RespReader();
        while (_socket.Read(reader.Free()) is > 0 and var received)
        {
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
            reader.Add(received);
            while (reader.TryRead(out var reply))
            {
                if (reply.IsPublished) _router.Deliver(reply);
                else _replies.Answer(reply.IsError ? RefusedWith(Encoding.UTF8.GetString(reply.Kind[1..])) : null);
            }
            _router.Pause();
        }
    }

    private static bool IsBroken(Exception e) => e is IOException or ObjectDisposedException or InvalidDataException or AuthenticationException;
}
