using System.Collections.Concurrent;
using System.Text;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.Support;

/// <summary>A client without a socket, served by a server's own loop. It keeps what it is sent; a test can act between two frames, and knows when the loop sleeps.</summary>
internal sealed class ScriptedConnection(TimeProvider time) : ClientConnection(DialectCatalogue.Canonical, time), IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly ConcurrentQueue<string> _ids = new();
    private Task _running = Task.CompletedTask;
    private int _keepAlives;
    private bool _isUnflushed;

    public override Transport Transport => Transport.Sse;

    public override SocketProgress? Progress => null;

    /// <summary>The ids of the events that it was sent, without the greeting.</summary>
    public IReadOnlyList<string> Ids => [.. _ids];

    /// <summary>How often its silence was filled.</summary>
    public int KeepAlives => Volatile.Read(ref _keepAlives);

    /// <summary>What it was told at its end.</summary>
    public Frame? Closing { get; private set; }

    /// <summary>Runs after each event that its own loop writes.</summary>
    public Action<ScriptedConnection> AfterWrite { get; init; } = _ => { };

    public static StreamRequest Request(StreamKey stream, StartFrom from) =>
        new() { Stream = stream, From = from, Filter = EventFilter.All, Close = CloseMode.Never, HeartbeatEvents = false };

    public ScriptedConnection Run(TestServer server, StreamRequest request)
    {
        var loop = server.Services.GetRequiredService<DeliveryLoop>();
        _running = Task.Run(() => loop.RunAsync(this, request, _gone.Token), CancellationToken.None);
        return this;
    }

    /// <summary>Waits until all was sent that there is: others may send from then on.</summary>
    public async Task SleepsAsync(CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync(TryStandIn, cancellationToken);
        Release(wake: false);
    }

    public Task EndsAsync(CancellationToken cancellationToken) => _running.WaitAsync(Timeouts.Default, cancellationToken);

    public override async Task OpenAsync(Frame greeting)
    {
        AllowSharedWrites();
        _isUnflushed = true;
        await FlushAsync();
    }

    public override ValueTask WriteAsync(Frame frame)
    {
        Keep(frame.Bytes);
        _isUnflushed = true;
        AfterWrite(this);
        return ValueTask.CompletedTask;
    }

    public override ValueTask FlushAsync()
    {
        if (!_isUnflushed) return ValueTask.CompletedTask;
        BeginWrite();
        _isUnflushed = false;
        EndWrite();
        return ValueTask.CompletedTask;
    }

    public override bool TryWriteKeepAlive(Cursor? moved)
    {
        _isUnflushed = true;
        Interlocked.Increment(ref _keepAlives);
        return true;
    }

    public override Task CloseAsync(SubscriberEnd end, Frame? closing)
    {
        Closing = closing;
        return Task.CompletedTask;
    }

    public override Task FailAsync(Frame closing) => Task.CompletedTask;

    public override Task RefuseAsync(SubscriberEnd end, Frame closing) => Task.CompletedTask;

    public override void Abort() => _gone.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _running.WaitAsync(Timeouts.Default, CancellationToken.None);
        _gone.Dispose();
    }

    protected override bool TrySend(SharedWrite write)
    {
        Keep(write.Chunk);
        return true;
    }

    private void Keep(ReadOnlyMemory<byte> blocks)
    {
        foreach (var line in Encoding.UTF8.GetString(blocks.Span).Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal))) _ids.Enqueue(line[4..]);
    }
}
