using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Accepts one connection and gives one prepared answer to each command, then none. Or it closes the connection at the first command.</summary>
internal sealed class FakeRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _asked = new();
    private readonly Queue<string> _answers;
    private readonly Task _reading;
    private volatile bool _closes;
    private volatile TaskCompletionSource? _held;
    private Socket? _socket;

    public FakeRedis(bool closes) : this() => _closes = closes;

    public FakeRedis(params string[] answers)
    {
        _answers = new Queue<string>(answers);
        _listener.Start();
        _reading = Task.Run(ReadAsync, CancellationToken.None);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public string Asked
    {
        get { lock (_asked) return _asked.ToString(); }
    }

    public void Say(string text) => _socket!.Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads nothing more, as a Redis that is frozen.</summary>
    public void Freeze() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _held!.SetResult();

    public void Close() => _socket!.Shutdown(SocketShutdown.Send);

    /// <summary>Waits until the client has closed the connection.</summary>
    public Task ClosedAsync() => _reading.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _socket?.Dispose();
        _held?.TrySetResult();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            _socket = await _listener.AcceptSocketAsync(CancellationToken.None);
            var buffer = new byte[4096];
            while (await _socket.ReceiveAsync(buffer, CancellationToken.None) is > 0 and var count)
            {
                if (_held is { } held) await held.Task;
                lock (_asked) _asked.Append(Encoding.UTF8.GetString(buffer, 0, count));
                if (_closes) Close();
                else if (_answers.TryDequeue(out var answer)) Say(answer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two sides closed the connection.
        }
    }
}
