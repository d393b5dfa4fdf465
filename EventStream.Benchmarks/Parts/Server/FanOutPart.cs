using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Parts.Server;

/// <summary>Delivers one event from the feed to all its subscribers. Each gets its own write, to a socket that drops it.</summary>
public class FanOutPart
{
    private const string Session = "fan-out";

    private readonly FeedParts _parts = new();
    private readonly List<Subscriber> _subscribers = [];
    private readonly List<Task> _waiting = [];
    private readonly Socket _receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private Feed _feed = null!;
    private byte[] _envelope = [];
    private Cursor _head;

    [Params(1, 10, 1000, 10_000)]
    public int Streams { get; set; }

    // BenchmarkDotNet doesn't await an asynchronous setup when it runs in this process.
    [GlobalSetup]
    public void Start() => StartAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Stop() => StopAsync().GetAwaiter().GetResult();

    [Benchmark]
    public void Deliver()
    {
        _head = _head.Next;
        _feed.OnEntry(new LogEntry(_head, _envelope));
        _feed.OnPause();
        // The loop serves subscribers in order, so the last one shows that all are done.
        SpinWait.SpinUntil(() => _subscribers[^1].Position == _head);
    }

    private async Task StartAsync()
    {
        // Nothing reads these datagrams: the kernel drops each, at the same cost for any number of streams.
        _receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await _sender.ConnectAsync(_receiver.LocalEndPoint!, CancellationToken.None);
        var first = NumberedEvents.Create(Session, 0, 100);
        _head = (await _parts.Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(Session), Events = [first] }, CancellationToken.None)).Head;
        _envelope = EventWriter.ToUtf8(NumberedEvents.Create(Session, 1, 100));
        _feed = _parts.Feed(StreamKey.Session(Session));
        await _feed.StartAsync(CancellationToken.None);
        for (var i = 0; i < Streams; i++)
        {
            var subscriber = FeedParts.Subscriber(_feed, _head, new SocketConnection(_sender));
            _subscribers.Add(subscriber);
            Audience.Of(_feed).Add(subscriber);
            _waiting.Add(subscriber.Connection.WaitAsync().AsTask());
        }
        Deliver();
        var datagram = new byte[64 * 1024];
        var chunk = datagram.AsSpan(0, await _receiver.ReceiveAsync(datagram));
        if (chunk.IndexOf(Frame.Of(new LogEntry(_head, _envelope)).Bytes.Span) < 0 || !_subscribers.TrueForAll(subscriber => subscriber.Position == _head))
            throw new InvalidDataException("An event did not come to every stream.");
    }

    private async Task StopAsync()
    {
        foreach (var subscriber in _subscribers) subscriber.Connection.Finish(SubscriberEnd.ClientGone);
        await Task.WhenAll(_waiting);
        await _feed.DisposeAsync();
        _sender.Dispose();
        _receiver.Dispose();
        _parts.Dispose();
    }
}
