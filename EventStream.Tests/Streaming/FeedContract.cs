using System.Net.ServerSentEvents;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>When announcements are lost, repeated or reordered, every client still sees every event once and in order, or is told what is missing.</summary>
public abstract class FeedContract : IAsyncDisposable
{
    private const int Last = 300;

    private readonly TestBus _bus = new(new() { MaxEvents = 400 });
    private readonly TestServer _server;
    private readonly StreamKey _stream;
    private readonly string _path;
    private readonly Envelopes _events = new("s");

    private protected FeedContract(StreamKey stream, string path) => (_server, _stream, _path) = (TestServer.StartWith(_bus), stream, path);

    public static TheoryData<string> Faults => ["lost", "repeated", "reordered", "late", "everything"];

    private protected TestBus Bus => _bus;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task OnEntry_GivesEverySubscriberEveryEventOnce_WhenAnnouncementsAre(string fault)
    {
        _bus.Announce = Fault(fault);
        var clients = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StartedAsync()));
        var expected = new List<string>();
        foreach (var batch in _events.Thoughts(Last).Chunk(9)) expected.AddRange(await AppendAsync(batch));
        foreach (var client in clients)
        {
            (await client.NextAsync(Last)).Select(item => (item.EventType, item.EventId!)).ShouldBe(expected.Select(id => ("agent_thought", id)));
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task OnEntry_NamesTheGap_WhenTheLogNoLongerHasWhatWasMissed()
    {
        await using var client = await StartedAsync();
        var first = await AppendAsync(1);
        _bus.Announce = _ => [];
        var lost = await AppendAsync(500);
        _bus.Announce = entry => [entry];
        var next = await AppendAsync(1);

        var items = await client.NextAsync(402);
        items[0].EventId.ShouldBe(first[0]);
        AssertGap(items[1], first[0], lost[100]);
        items[2..].Select(item => item.EventId!).ShouldBe([.. lost[101..], .. next]);
    }

    [Fact]
    public async Task OnInterrupted_BringsWhatWasMissed_WithoutAnotherEvent()
    {
        await using var client = await StartedAsync();
        _bus.Announce = _ => [];
        var lost = await AppendAsync(3);
        _bus.Listeners[0].OnInterrupted();
        (await client.NextAsync(3)).Select(item => item.EventId).ShouldBe(lost);
    }

    [Fact]
    public async Task CheckPosition_BringsWhatWasMissed_WhenNothingWasHeardForLong()
    {
        await using var server = TestServer.StartWith(_bus, new() { ["Streaming:PositionCheck"] = "00:00:01" });
        await using var client = await server.OpenAsync(_path);
        await client.NextAsync();
        _bus.Announce = _ => [];
        var lost = await AppendAsync(3);
        (await client.NextAsync(3)).Select(item => item.EventId).ShouldBe(lost);
    }

    [Fact]
    public async Task OnInterrupted_WaitsForTheBus_WhenItIsOut()
    {
        await using var client = await StartedAsync();
        _bus.ReadAnswers = BusAnswers.Unavailable;
        _bus.Listeners[0].OnInterrupted();
        // The feed holds these events back until it can read the log.
        var published = await AppendAsync(3);
        await Eventually.TrueAsync(() => _bus.Reads > 4, TestContext.Current.CancellationToken);
        _bus.ReadAnswers = BusAnswers.Always;
        (await client.NextAsync(3)).Select(item => item.EventId).ShouldBe(published);
    }

    [Fact]
    public async Task OnInterrupted_ReadsAgain_WhenTheLogWasBeingReadAtThatMoment()
    {
        await using var client = await StartedAsync();
        _bus.Announce = _ => [];
        var lost = new List<string>();
        var isFirst = true;
        _bus.Page = page =>
        {
            if (!isFirst) return page;
            isFirst = false;
            lost.AddRange(AppendAsync(1).Result);
            _bus.Listeners[0].OnInterrupted();
            return page;
        };
        _bus.Listeners[0].OnInterrupted();
        (await client.NextAsync(1)).Select(item => item.EventId).ShouldBe(lost);
    }

    [Fact]
    public async Task OnInterrupted_IsTriedAgain_WhenTheBusHasADefect()
    {
        await using var client = await StartedAsync();
        _bus.ReadAnswers = BusAnswers.Defect;
        _bus.Announce = _ => [];
        var lost = await AppendAsync(3);
        var reads = _bus.Reads;
        _bus.Listeners[0].OnInterrupted();
        await Eventually.TrueAsync(() => _bus.Reads > reads + 1, TestContext.Current.CancellationToken);
        _bus.ReadAnswers = BusAnswers.Always;
        (await client.NextAsync(3)).Select(item => item.EventId).ShouldBe(lost);
    }

    [Fact]
    public async Task OnEntry_SkipsTheEntry_WhenTheLogDoesNotHoldIt()
    {
        await using var client = await StartedAsync();
        var first = await AppendAsync(1);
        var head = Cursor.Parse(first[0]);
        _bus.Listeners[0].OnEntry(new LogEntry(head with { Offset = 9 }, """{"type":"ghost"}"""u8.ToArray()));
        _bus.Listeners[0].OnEntry(new LogEntry(head with { Epoch = head.Epoch + 5, Offset = 2 }, """{"type":"ghost"}"""u8.ToArray()));
        var second = await AppendAsync(12);
        (await client.NextAsync(13)).Select(item => item.EventId).ShouldBe([.. first, .. second]);
    }

    [Fact]
    public async Task OnEntry_TakesTheEventFromTheLog_WhenTheAnnouncementIsNoEnvelope()
    {
        await using var client = await StartedAsync();
        var head = Cursor.Parse((await AppendAsync(1))[0]);
        _bus.Announce = entry => [entry with { Envelope = "broken\n\nid: 9-9\n"u8.ToArray() }];
        await AppendAsync(1);
        _bus.Announce = entry => [entry];
        await AppendAsync(1);
        (await client.NextAsync(3)).Select(item => item.EventId).ShouldBe([$"{head}", $"{head.Next}", $"{head.Next.Next}"]);
    }

    [Fact]
    public async Task OnUnlogged_SendsTheEventWithoutAnId_ToThoseWhoAreThere()
    {
        await using var client = await StartedAsync();
        var cursors = await AppendAsync(1);
        _bus.Listeners[0].OnUnlogged(EventWriter.ToUtf8(_events.Thought("aside")));
        var next = await AppendAsync(1);
        var items = await client.NextAsync(3);
        items.Select(item => item.EventId).ShouldBe([cursors[0], null, next[0]]);
        items[1].Data.ShouldContain("aside");
        await using var late = await _server.OpenAsync($"{_path}?from=earliest");
        (await late.ReadUntilAsync(item => item.EventId == next[0])).Skip(1).Select(item => item.EventId).OfType<string>().ShouldBe([cursors[0], next[0]]);
    }

    [Fact]
    public async Task OnEntry_NamesTheGap_WhenTheLogWasLostAndBegunAgain()
    {
        await using var client = await StartedAsync();
        var before = await AppendAsync(2);
        _bus.Announce = _ => [];
        await _bus.DeleteAsync(_stream, TestContext.Current.CancellationToken);
        _bus.Announce = entry => [entry];
        var after = await AppendAsync(2);
        var items = await client.NextAsync(5);
        AssertGap(items[2], before[1], $"{Cursor.Parse(after[0]).Previous}");
        items[3..].Select(item => item.EventId).ShouldBe(after);
    }

    private static void AssertGap(SseItem<string> item, string from, string to)
    {
        (item.EventType, item.EventId).ShouldBe(("stream_gap", to));
        item.Data.ShouldContain("\"payload\":{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
    }

    private static Func<LogEntry, IEnumerable<LogEntry>> Fault(string name)
    {
        var random = new Random(7);
        var kept = new List<LogEntry>();
        return name switch
        {
            "lost" => entry => entry.Cursor.Offset is Last || random.Next(3) > 0 ? [entry] : [],
            "repeated" => entry => Enumerable.Repeat(entry, 1 + random.Next(3)),
            "reordered" => entry => Shuffled(entry, 4),
            "late" => entry => Shuffled(entry, 40),
            _ => entry => Shuffled(entry, 6).SelectMany(heard => heard.Cursor.Offset is Last ? [heard] : Enumerable.Repeat(heard, random.Next(3))),
        };

        LogEntry[] Shuffled(LogEntry entry, int most)
        {
            kept.Add(entry);
            if (kept.Count < most && entry.Cursor.Offset != Last) return [];
            var shuffled = kept.ToArray();
            random.Shuffle(shuffled);
            kept.Clear();
            return shuffled;
        }
    }

    private protected Task<string[]> AppendAsync(int count) => AppendAsync(_events.Thoughts(count));

    private async Task<string[]> AppendAsync(Event[] events)
    {
        var result = await _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = events }, TestContext.Current.CancellationToken);
        return [.. result.Receipts.Select(receipt => $"{receipt.Cursor}")];
    }

    private protected async Task<SseClient> StartedAsync()
    {
        var client = await _server.OpenAsync(_path);
        await client.NextAsync();
        return client;
    }
}
