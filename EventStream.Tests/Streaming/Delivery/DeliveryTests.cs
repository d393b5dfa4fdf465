using EventStream.Api.Access;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Delivery;

/// <summary>What a client is sent, and when it ends, on a clock that a test moves.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private static readonly StreamKey Stream = StreamKey.Session("s");
    private static readonly StartFrom Live = StartFrom.Live;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly StreamingOptions _options = new();
    private readonly TestBus _bus = new();
    private readonly TestServer _server;
    private readonly Envelopes _events = new("s");

    public DeliveryTests() => _server = TestServer.Start(services: services => services.AddSingleton<TimeProvider>(_time).AddSingleton<IEventBus>(_bus));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task RunAsync_StopsAtTheEventThatIsBeingWritten_WhenTheStreamEndsMeanwhile()
    {
        var cursors = await _server.AppendAsync(Stream.Id, _events.Thoughts(5));
        await using var client = new ScriptedConnection(_time)
        {
            AfterWrite = connection => { if (connection.Ids.Count == 2) connection.Finish(SubscriberEnd.Draining); },
        };
        client.Run(_server, ScriptedConnection.Request(Stream, StartFrom.Earliest));
        await client.EndsAsync(Cancel);

        client.Ids.ShouldBe([$"{cursors[0]}", $"{cursors[1]}"]);
        // The client comes back for the rest.
        client.Closing!.Cursor.ShouldBe(cursors[1]);
    }

    [Fact]
    public async Task OnMoved_SendsNothingTwice_ToAClientAheadOfTheFeed()
    {
        var feed = await FeedAsync();
        _bus.Announce = _ => [];
        var cursors = await _server.AppendAsync(Stream.Id, _events.Thoughts(3));
        await using var ahead = new ScriptedConnection(_time).Run(_server, ScriptedConnection.Request(Stream, StartFrom.After(cursors[2])));
        await ahead.SleepsAsync(Cancel);
        feed.Head.ShouldBe(Cursor.Zero);

        _bus.Announce = entry => [entry];
        var next = await _server.AppendAsync(Stream.Id, _events.Thought());
        await Eventually.TrueAsync(() => feed.Head == next[0], Cancel);
        await Eventually.TrueAsync(() => ahead.Ids.Count > 0, Cancel);
        await ahead.SleepsAsync(Cancel);
        ahead.Ids.ShouldBe([$"{next[0]}"]);
    }

    [Fact]
    public async Task Remove_LetsTheSubscriberGo_WhileAnotherWatches()
    {
        var feed = await FeedAsync();
        await using var staying = new ScriptedConnection(_time).Run(_server, ScriptedConnection.Request(Stream, Live));
        await using (var leaving = new ScriptedConnection(_time).Run(_server, ScriptedConnection.Request(Stream, Live)))
        {
            await Eventually.TrueAsync(() => Watching(feed) == 2, Cancel);
        }
        Watching(feed).ShouldBe(1);
    }

    [Fact]
    public async Task OnPulse_FillsEachSilence_AfterJustTheTimeOfAHeartbeat()
    {
        var feed = await FeedAsync();
        await using var client = new ScriptedConnection(_time).Run(_server, ScriptedConnection.Request(Stream, Live));
        await client.SleepsAsync(Cancel);
        for (var round = 1; round <= 4; round++)
        {
            _time.Advance(_options.Heartbeat - TimeSpan.FromMilliseconds(1));
            Pulse(feed);
            await client.SleepsAsync(Cancel);
            client.KeepAlives.ShouldBe(round - 1);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Pulse(feed);
            await Eventually.TrueAsync(() => client.KeepAlives == round, Cancel);
            await client.SleepsAsync(Cancel);
        }
    }

    [Fact]
    public async Task OnPulse_AsksClientsToComeBackAtDifferentTimes_WhenTheyCameTogether()
    {
        var feed = await FeedAsync();
        var clients = Enumerable.Range(0, 40).Select(_ => new ScriptedConnection(_time).Run(_server, ScriptedConnection.Request(Stream, Live))).ToList();
        foreach (var client in clients) await client.SleepsAsync(Cancel);
        var ended = new List<int>();
        // The maximum age, 20 % less and more, in twelve steps.
        _time.Advance(_options.MaxAge * 0.8);
        for (var step = 0; step <= 12; step++)
        {
            Pulse(feed);
            ended.Add(clients.Count(client => client.End == SubscriberEnd.Rotation));
            _time.Advance(_options.MaxAge * 0.4 / 12 + TimeSpan.FromMilliseconds(1));
        }
        ended[0].ShouldBe(0);
        ended[^1].ShouldBe(clients.Count);
        ended.Distinct().Count().ShouldBeGreaterThan(5);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task TryTake_ReadsNothing_WhileTheWindowHoldsWhatFollows()
    {
        await FeedAsync();
        var filter = FilterQuery.Parse(Stream, new QueryCollection(new Dictionary<string, StringValues> { ["types"] = "agent_*" }));
        await using var client = new ScriptedConnection(_time).Run(_server, ScriptedConnection.Request(Stream, Live) with { Filter = filter });
        await client.SleepsAsync(Cancel);
        var reads = _bus.Reads;
        var cursors = await _server.AppendAsync(Stream.Id, _events.Thoughts(3));
        await Eventually.TrueAsync(() => client.Ids.Count == 3, Cancel);
        client.Ids.ShouldBe(cursors.Select(cursor => $"{cursor}"));
        _bus.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task CheckPosition_LooksIntoADoubtOnce_TwoSecondsLater()
    {
        // Not in the table, so that the pulse doesn't look after it.
        await using var feed = new Feed(Stream, _server.Services.GetRequiredService<FeedContext>());
        await feed.StartAsync(Cancel);
        var cursors = await _server.AppendAsync(Stream.Id, _events.Thoughts(3));
        await Eventually.TrueAsync(() => feed.Head == cursors[2], Cancel);
        feed.OnEntry(new LogEntry(cursors[1], EventWriter.ToUtf8(_events.Thought("another"))));
        var silence = TimeSpan.FromDays(1);

        _time.Advance(TimeSpan.FromMilliseconds(1999));
        feed.CheckPosition(silence).ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        feed.CheckPosition(silence).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(10));
        feed.CheckPosition(silence).ShouldBeFalse();
    }

    [Fact]
    public async Task OnEntry_GoesLiveAgain_WhenTheLogNeverHeldTheEntry()
    {
        using var skipped = new Measurements(_server, "eventstream.feeds.skipped");
        var feed = await FeedAsync();
        var cursors = await _server.AppendAsync(Stream.Id, _events.Thoughts(1));
        await Eventually.TrueAsync(() => feed.Head == cursors[0], Cancel);
        feed.OnEntry(new LogEntry(cursors[0] with { Offset = 9 }, EventWriter.ToUtf8(_events.Thought("ghost"))));
        // A feed that is live knows the log's state without a read.
        await Eventually.TrueAsync(() => feed.StateAtHand(Live, asked: 0) is not null, Cancel);
        feed.Head.ShouldBe(cursors[0]);
        skipped.Sum.ShouldBe(1);
    }

    [Fact]
    public async Task JoinAsync_ReadsTheLogAgain_WhenAnnouncementsMayBeLostMeanwhile()
    {
        var interruptions = 0;
        _bus.Page = page =>
        {
            if (interruptions++ == 0) _bus.Listeners[0].OnInterrupted();
            return page;
        };
        var feed = await FeedAsync();
        await Eventually.TrueAsync(() => feed.StateAtHand(Live, asked: 0) is not null, Cancel);
        interruptions.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Healing_AsksFourTimesASecond_WhileTheBusIsAway()
    {
        await FeedAsync();
        _bus.Answers = BusAnswers.Unavailable;
        var before = _bus.Reads;
        _bus.Listeners[0].OnInterrupted();
        for (var asked = 1; asked <= 3; asked++)
        {
            await Eventually.TrueAsync(() => _bus.Reads >= before + asked, Cancel);
            _bus.Reads.ShouldBe(before + asked);
            // The wait may not have begun yet.
            await Eventually.TrueAsync(() =>
            {
                if (_bus.Reads == before + asked) _time.Advance(TimeSpan.FromMilliseconds(250));
                return _bus.Reads > before + asked;
            }, Cancel);
        }
    }

    private async Task<Feed> FeedAsync() => (await _server.Feeds.JoinAsync(Stream)).Feed!;

    private void Pulse(Feed feed) => Audience.Of(feed).ForEach(subscriber => subscriber.OnPulse(_options, _server.Services.GetRequiredService<CallerWatch>()));

    private static int Watching(Feed feed)
    {
        var count = 0;
        Audience.Of(feed).ForEach(_ => count++);
        return count;
    }
}
