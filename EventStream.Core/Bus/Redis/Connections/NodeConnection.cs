using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Connections;

/// <summary>A connection of our own to a single node; thrown away when it fails.</summary>
/// <remarks>A thread of its own reads the socket, which changes no threads and shows what arrived together.</remarks>
internal abstract class NodeConnection : IAsyncDisposable
{
    private readonly Outbox _outbox;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConfigurationOptions _configuration;
    private readonly TimeProvider _time;
    private readonly NodeSocket _socket;
    private long _heardAt;

    protected NodeConnection(EndPoint endPoint, ConfigurationOptions configuration, ConnectionType kind, TimeProvider time)
    {
        (EndPoint, _configuration, _time, _heardAt) = (endPoint, configuration, time, time.GetTimestamp());
        Answers = new PendingAnswers(time);
        _socket = new NodeSocket(endPoint, configuration, kind);
        _outbox = new Outbox(_socket, Answers, () => Fail("Sending failed"));
    }

    public EndPoint EndPoint { get; }

    /// <summary>Completes with the reason once the connection is of no use any more.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Since when nothing came.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heardAt));

    protected PendingAnswers Answers { get; }

    protected ReceiveBuffer Received { get; } = new();

    protected TimeSpan Timeout => TimeSpan.FromMilliseconds(_configuration.AsyncTimeout);

    public void Fail(string reason)
    {
        if (!_lost.TrySetResult(reason)) return;
        _socket.Dispose();
        _opened.TrySetException(LostBecause(reason));
        Answers.End(LostBecause(reason));
    }

    public Task PingAsync() => CallAsync(RespWriter.Command("PING"));

    public ValueTask DisposeAsync()
    {
        Fail("Disposed");
        return ValueTask.CompletedTask;
    }

    /// <summary>Connects and returns once the node answers.</summary>
    /// <param name="name">The reading thread's name.</param>
    /// <param name="settings">Commands that must succeed before any other.</param>
    /// <exception cref="BusUnavailableException">It doesn't.</exception>
    protected async Task OpenAsync(string name, params byte[][] settings)
    {
        try
        {
            new Thread(Run) { IsBackground = true, Name = name }.Start();
            await WithinTimeoutAsync(_opened.Task).ConfigureAwait(false);
            await AuthenticateAsync().ConfigureAwait(false);
            await TryNameAsync().ConfigureAwait(false);
            foreach (var setting in settings) await CallAsync(setting).ConfigureAwait(false);
            await PingAsync().ConfigureAwait(false);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a command and waits for its answer, as long as a command may take.</summary>
    protected Task CallAsync(byte[] command) => WithinTimeoutAsync(Send(command, static (bytes, output) => output.Write(bytes)));

    /// <summary>Sends a command.</summary>
    /// <returns>Completes with the answer, or fails once the connection is lost.</returns>
    protected Task<RedisResult?> Send<T>(T command, Action<T, IBufferWriter<byte>> write) => _outbox.Send(command, write);

    /// <summary>Takes what has arrived completely out of <see cref="Received"/>. Called by the reading thread.</summary>
    /// <exception cref="InvalidDataException">The other side isn't Redis, or bytes were lost.</exception>
    protected abstract void Read();

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

    private static BusUnavailableException LostBecause(string reason) => new($"The connection to Redis was lost ({reason}).");

    private void Run()
    {
        try
        {
            _socket.Connect();
            _opened.TrySetResult();
            while (_socket.Read(Received.Free()) is > 0 and var bytes)
            {
                Volatile.Write(ref _heardAt, _time.GetTimestamp());
                Received.Add(bytes);
                Read();
            }
            Fail("Closed by Redis");
        }
        catch (Exception e)
        {
            // A defect ends the connection too: the next one is tried.
            Fail(e is SocketException fault ? fault.SocketErrorCode.ToString() : IsBroken(e) ? "Broken" : e.GetType().Name);
        }
    }

    private static bool IsBroken(Exception e) => e is IOException or ObjectDisposedException or InvalidDataException or AuthenticationException;
}
