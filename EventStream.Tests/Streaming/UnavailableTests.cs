using System.Diagnostics;
using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Streams whose bus doesn't answer.</summary>
public sealed class UnavailableTests : IAsyncDisposable
{
    private readonly TestBus _bus = new();
    private readonly TestServer _server;
    private readonly Envelopes _events = new("s");

    public UnavailableTests() => _server = TestServer.StartWith(_bus, new() { ["Streaming:Linger"] = "00:00:00", ["Streaming:Heartbeat"] = "00:30:00" });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(nameof(BusAnswers.Never), "text/event-stream")]
    [InlineData(nameof(BusAnswers.Unavailable), "text/event-stream")]
    [InlineData(nameof(BusAnswers.Unavailable), "*/*")]
    public async Task Get_SaysUnavailable_WhenTheBusDoesNotAnswer(string answers, string accept)
    {
        _bus.Answers = Enum.Parse<BusAnswers>(answers);
        var started = Stopwatch.GetTimestamp();
        await using (var client = await SseClient.OpenAsync(_server.Client, "/events/s", accept: accept))
        {
            client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
            Closings.Check((await client.ReadToEndAsync()).Single(), "unavailable", 1000, 8000);
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        }
        await AssertNothingIsLeftAsync();
        _bus.Answers = BusAnswers.Always;
        await AssertStreamsAsync();
    }

    [Theory]
    [InlineData(nameof(BusAnswers.Never))]
    [InlineData(nameof(BusAnswers.Unavailable))]
    public async Task Get_SaysUnavailableToEveryone_WhenManyWaitForOneFeed(string answers)
    {
        _bus.Answers = Enum.Parse<BusAnswers>(answers);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            await using var client = await _server.OpenAsync("/events/s");
            Closings.Check((await client.ReadToEndAsync()).Single(), "unavailable", 1000, 8000);
        }));
        await AssertNothingIsLeftAsync();
        _bus.Answers = BusAnswers.Always;
        await AssertStreamsAsync();
    }

    [Theory]
    [InlineData(nameof(BusAnswers.Never))]
    [InlineData(nameof(BusAnswers.Unavailable))]
    public async Task Get_SaysUnavailable_WhenTheBusStopsAnsweringUnderARunningFeed(string answers)
    {
        await using var before = await _server.OpenAsync("/events/s");
        await before.NextAsync();
        _bus.Answers = Enum.Parse<BusAnswers>(answers);
        await using (var client = await _server.OpenAsync("/events/s")) Closings.Check((await client.ReadToEndAsync()).Single(), "unavailable", 1000, 8000);
        await Eventually.TrueAsync(() => _server.Feeds.OpenStreams == 1, TestContext.Current.CancellationToken);
        _bus.Answers = BusAnswers.Always;
        await _server.AppendAsync("s", _events.Thought());
        (await before.NextAsync()).EventType.ShouldBe("agent_thought");
    }

    [Fact]
    public async Task Get_GivesThePlaceBack_WhenTheBusHasADefect()
    {
        _bus.Answers = BusAnswers.Defect;
        await using (var client = await _server.OpenAsync("/events/s")) client.Response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await AssertNothingIsLeftAsync();
        _bus.Answers = BusAnswers.Always;
        await AssertStreamsAsync();
    }

    [Fact]
    public async Task Get_GoesOnByItself_WhenTheBusIsOutWhileOlderEventsAreWanted()
    {
        const int Events = 2000;
        var cursors = await _server.AppendAsync("s", _events.Thoughts(Events));
        // The first page arrives, the second never does.
        _bus.Page = page =>
        {
            if (page.Entries.Count > 1) _bus.ReadAnswers = BusAnswers.Unavailable;
            return page;
        };
        await using var client = await _server.OpenAsync("/events/s?from=earliest");
        await client.NextAsync();
        await Eventually.TrueAsync(() => _bus.Reads > 5, TestContext.Current.CancellationToken);
        _bus.Page = page => page;
        _bus.ReadAnswers = BusAnswers.Always;
        (await client.NextAsync(Events)).Select(item => item.EventId).ShouldBe(cursors.Select(cursor => $"{cursor}"));
    }

    [Fact]
    public async Task Get_LeavesNothingBehind_WhenTheClientLeavesBeforeTheBusAnswers()
    {
        _bus.Answers = BusAnswers.Never;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asking = _server.Client.GetAsync(new Uri("/events/s", UriKind.Relative), leaving.Token);
        await Eventually.TrueAsync(() => _server.Feeds.OpenStreams == 1, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        await AssertNothingIsLeftAsync();
    }

    private async Task AssertNothingIsLeftAsync()
    {
        await Eventually.TrueAsync(() => _server.Feeds.OpenStreams == 0 && _server.Feeds.Count == 0, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Listeners.Count == 0, TestContext.Current.CancellationToken);
    }

    private async Task AssertStreamsAsync()
    {
        await using var client = await _server.OpenAsync("/events/s");
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");
        await _server.AppendAsync("s", _events.Thought());
        (await client.NextAsync()).EventType.ShouldBe("agent_thought");
    }
}
