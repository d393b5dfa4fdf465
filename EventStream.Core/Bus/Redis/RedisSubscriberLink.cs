using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>One life of the subscribing connection: to a single node, thrown away when it fails. Every node hears every message.</summary>
/// <remarks>
/// It reads the socket itself, on a thread of its own that hands each message on before it reads the next: in order, without a change of threads, and
/// what came together is known to have come together. The client library takes three such changes and five times the processor time for a message.
/// </remarks>
internal sealed class RedisSubscriberLink : IAsyncDisposable
{
    private const int ChannelsAtOnce = 16;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<byte[], Channel> _channels = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], Channel>.AlternateLookup<ReadOnlySpan<byte>> _channelsByName;
    private readonly Queue<TaskCompletionSource> _unanswered = new();
    private readonly List<Channel> _told = [];
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ConfigurationOptions _configuration;
    private readonly RedisBusOptions _options;
    private readonly TimeProvider _time;
    private Stream _stream = Stream.Null;
    private string? _fault;
    private long _heardAt;

    private RedisSubscriberLink(EndPoint endPoint, RedisBusOptions options, TimeProvider time)
    {
        (EndPoint, _options, _time, _heardAt) = (endPoint, options, time, time.GetTimestamp());
        _configuration = ConfigurationOptions.Parse(options.ConnectionString);
        _channelsByName = _channels.GetAlternateLookup<ReadOnlySpan<byte>>();
        _socket.SendTimeout = (int)options.CommandTimeout.TotalMilliseconds;
    }

    public EndPoint EndPoint { get; }

    /// <summary>Completes with the reason once the connection is of no use any more.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Since when nothing came.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Connects and returns once the node answers.</summary>
    /// <exception cref="BusUnavailableException">It doesn't.</exception>
    public static async Task<RedisSubscriberLink> OpenAsync(EndPoint endPoint, RedisBusOptions options, TimeProvider time)
    {
        var link = new RedisSubscriberLink(endPoint, options, time);
        try
        {
            new Thread(link.Run) { IsBackground = true, Name = "redis subscriber" }.Start();
            await link.WithinTimeoutAsync(link._opened.Task).ConfigureAwait(false);
            if (link._configuration.Password is { Length: > 0 } password) await link.CallAsync("AUTH", password).ConfigureAwait(false);
            await link.TryNameAsync().ConfigureAwait(false);
            await link.PingAsync().ConfigureAwait(false);
            return link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Fail(string reason)
    {
        if (Interlocked.CompareExchange(ref _fault, reason, null) is not null) return;
        _lost.TrySetResult(reason);
        // Ends the thread that reads, and whoever is stuck in writing.
        _socket.Dispose();
        _opened.TrySetException(Gone(reason));
        lock (_unanswered)
        {
            while (_unanswered.TryDequeue(out var answered)) answered.TrySetException(Gone(reason));
        }
    }

    /// <summary>Subscribes; <paramref name="listener"/> hears everything from then on, also before this returns.</summary>
    /// <exception cref="BusUnavailableException">It may be in force all the same.</exception>
    public Task SubscribeAsync(RedisChannel channel, IChannelListener listener)
    {
        byte[] name = channel!;
        lock (_lock) _channels[name] = new Channel(listener);
        return CallAsync("SUBSCRIBE"u8.ToArray(), name);
    }

    public Task UnsubscribeAsync(RedisChannel channel)
    {
        byte[] name = channel!;
        // Before it is sent: when the answer comes, somebody else may have subscribed again.
        lock (_lock) _channels.Remove(name);
        return CallAsync("UNSUBSCRIBE"u8.ToArray(), name);
    }

    public Task PingAsync() => CallAsync("PING");

    public ValueTask DisposeAsync()
    {
        Fail("Disposed");
        return _stream.DisposeAsync();
    }

    private async Task TryNameAsync()
    {
        try
        {
            await CallAsync("CLIENT", "SETNAME", "eventstream").ConfigureAwait(false);
        }
        catch (BusUnavailableException)
        {
            // Who may do only what is needed may not do this; whether the node is of use, the ping tells.
        }
    }

    private Task CallAsync(params string[] command) => CallAsync([.. command.Select(Encoding.UTF8.GetBytes)]);

    private Task CallAsync(params byte[][] command)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // '*' parts CR LF, then each: '$' length CR LF bytes CR LF
        byte[] bytes = [.. Encoding.ASCII.GetBytes($"*{command.Length}\r\n"), .. command.SelectMany(part => (byte[])[.. Encoding.ASCII.GetBytes($"${part.Length}\r\n"), .. part, .. "\r\n"u8])];
        try
        {
            lock (_unanswered)
            {
                if (Volatile.Read(ref _fault) is { } fault) return Task.FromException(Gone(fault));
                // Answers come in the order of the commands.
                _unanswered.Enqueue(answered);
                _stream.Write(bytes);
            }
        }
        catch (Exception)
        {
            // Whatever it was, half a command may have been sent.
            Fail("Sending failed");
        }
        return WithinTimeoutAsync(answered.Task);
    }

    private async Task WithinTimeoutAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_options.CommandTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new BusUnavailableException("Redis didn't answer.", e);
        }
    }

    private static BusUnavailableException Gone(string reason) => new($"The connection to Redis was lost ({reason}).");

    private void Run()
    {
        try
        {
            _socket.Connect(EndPoint);
            _stream = Connected();
            _opened.TrySetResult();
            Read();
            Fail("Closed by Redis");
        }
        catch (Exception e)
        {
            // Whatever it was: the connection is given up, and the next one is tried.
            Fail(e is SocketException fault ? fault.SocketErrorCode.ToString() : IsBroken(e) ? "Broken" : e.GetType().Name);
        }
    }

    private Stream Connected()
    {
        var plain = new NetworkStream(_socket, ownsSocket: true);
        if (!_configuration.Ssl) return plain;
        var secured = new SslStream(plain);
        secured.AuthenticateAsClient(_configuration.SslHost ?? (EndPoint as DnsEndPoint)?.Host ?? ((IPEndPoint)EndPoint).Address.ToString());
        return secured;
    }

    private void Read()
    {
        var messages = new RespMessages();
        while (_stream.Read(messages.Free()) is > 0 and var received)
        {
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
            messages.Add(received);
            while (messages.TryRead(out var message))
            {
                if (message.IsPublished) Tell(message);
                else Answer(message);
            }
            Pause();
        }
    }

    // What follows for a few channels is done at once; a burst for many is shared out, while the next is read.
    private void Pause()
    {
        if (_told.Count <= ChannelsAtOnce)
        {
            foreach (var channel in _told) channel.TakeListener().OnPause();
        }
        else
        {
            foreach (var channels in _told.Chunk(ChannelsAtOnce))
                ThreadPool.UnsafeQueueUserWorkItem(new Pauses(Array.ConvertAll(channels, channel => channel.TakeListener())), preferLocal: false);
        }
        _told.Clear();
    }

    private void Tell(in RespMessage message)
    {
        Channel? channel;
        lock (_lock) _channelsByName.TryGetValue(message.Channel, out channel);
        if (channel is null) return;
        if (channel.Tell(message)) _told.Add(channel);
    }

    private void Answer(in RespMessage message)
    {
        TaskCompletionSource? answered;
        lock (_unanswered) _unanswered.TryDequeue(out answered);
        if (message.IsError) answered?.TrySetException(new BusUnavailableException($"Redis refused: {Encoding.UTF8.GetString(message.Kind[1..])}"));
        else answered?.TrySetResult();
    }

    private static bool IsBroken(Exception e) => e is SocketException or IOException or ObjectDisposedException or InvalidDataException or System.Security.Authentication.AuthenticationException;

    /// <summary>A channel and who hears it; used by the thread that reads.</summary>
    private sealed class Channel(IChannelListener listener)
    {
        private bool _isTold;

        /// <returns>Whether it is the first that it is told since the last pause.</returns>
        public bool Tell(in RespMessage message)
        {
            if (message.IsTooLong) listener.OnTooLong();
            else listener.OnMessage(message.Payload);
            var isFirst = !_isTold;
            _isTold = true;
            return isFirst;
        }

        /// <summary>Whom to tell that nothing more came; what comes next is the first again.</summary>
        public IChannelListener TakeListener()
        {
            _isTold = false;
            return listener;
        }
    }

    private sealed class Pauses(IChannelListener[] listeners) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var listener in listeners) listener.OnPause();
        }
    }

    /// <summary>Finds a name by bytes that are still in the buffer.</summary>
    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Utf8Comparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
