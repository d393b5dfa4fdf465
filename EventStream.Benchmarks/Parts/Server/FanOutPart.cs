using BenchmarkDotNet.Attributes;
using EventStream.Api.Streaming;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Parts.Server;

/// <summary>One event from the feed to all its subscribers, whose connections take everything and send nothing.</summary>
public class FanOutPart
{
    private const string Session = "fan-out";

    private readonly FeedParts _parts = new();
    private readonly SemaphoreSlim _done = new(0);
    private readonly List<Task> _pumps = [];
    private readonly List<Subscriber> _subscribers = [];
    private Feed _feed = null!;
    private byte[] _envelope = [];
    private Cursor _head;
    private long _bytes;
    private int _left;

    [Params(1, 10, 1000, 10_000)]
    public int Streams { get; set; }

    // Nobody awaits a setup that runs in this process.
    [GlobalSetup]
    public void Start() => StartAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Stop() => StopAsync().GetAwaiter().GetResult();

    [Benchmark]
    public Task DeliverAsync()
    {
        _left = Streams;
        _head = _head with { Offset = _head.Offset + 1 };
        _feed.OnEntry(new LogEntry(_head, _envelope));
        return _done.WaitAsync();
    }

    private async Task StartAsync()
    {
        var first = NumberedEvents.Create(Session, 0, 100);
        _head = (await _parts.Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(Session), Events = [first] })).Head;
        _envelope = EventWriter.ToUtf8(NumberedEvents.Create(Session, 1, 100));
        _feed = _parts.Feed(StreamKey.Session(Session));
        await _feed.StartAsync(CancellationToken.None);
        for (var i = 0; i < Streams; i++)
        {
            var subscriber = FeedParts.Subscriber(_feed, _head);
            _subscribers.Add(subscriber);
            _feed.Add(subscriber);
            _pumps.Add(PumpAsync(subscriber));
        }
        var before = _bytes;
        await DeliverAsync();
        if (_bytes - before != (long)Streams * Frame.Of(new LogEntry(_head, _envelope)).Bytes.Length) throw new InvalidDataException("An event did not come to every stream once.");
    }

    private async Task StopAsync()
    {
        foreach (var subscriber in _subscribers) subscriber.Finish(SubscriberEnd.ClientGone);
        await Task.WhenAll(_pumps);
        await _feed.DisposeAsync();
        _parts.Dispose();
        _done.Dispose();
    }

    private async Task PumpAsync(Subscriber subscriber)
    {
        var frames = new List<Frame>();
        while (subscriber.End == SubscriberEnd.None)
        {
            await subscriber.WaitAsync();
            while (await subscriber.TryTakeAsync(frames, CancellationToken.None) == true)
            {
                foreach (var frame in frames) Interlocked.Add(ref _bytes, frame.BytesIn(Protocol.Sse, Dialect.Canonical).Length);
                if (Interlocked.Decrement(ref _left) == 0) _done.Release();
            }
        }
    }
}
