using BenchmarkDotNet.Attributes;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Frames;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;

namespace EventStream.Benchmarks.Parts.Server;

/// <summary>Starts a feed, and lets a subscriber read what it missed.</summary>
public class JoinPart
{
    private const string Session = "join";

    private readonly FeedParts _parts = new();

    [Params(0, 100, 1000)]
    public int Missed { get; set; }

    // BenchmarkDotNet doesn't await an asynchronous setup when it runs in this process.
    [GlobalSetup]
    public void Fill()
    {
        NumberedEvents.FillAsync(_parts.Bus, Session, Math.Max(1, Missed), 100).GetAwaiter().GetResult();
        if (JoinAsync().GetAwaiter().GetResult() != Missed) throw new InvalidDataException("The subscriber did not get what it had missed.");
    }

    [GlobalCleanup]
    public void Stop() => _parts.Dispose();

    [Benchmark]
    public async Task<int> JoinAsync()
    {
        await using var feed = _parts.Feed(StreamKey.Session(Session));
        await feed.StartAsync(CancellationToken.None);
        var subscriber = FeedParts.Subscriber(feed, Missed == 0 ? feed.Head : feed.Head with { Offset = 0 });
        Audience.Of(feed).Add(subscriber);
        var (frames, count) = (new List<Frame>(), 0);
        while ((subscriber.TryTake(frames) ?? await subscriber.TryTakeFromLogAsync(frames, CancellationToken.None)) == true)
        {
            count += frames.Count;
            frames.Clear();
        }
        Audience.Of(feed).Remove(subscriber);
        return count;
    }
}
