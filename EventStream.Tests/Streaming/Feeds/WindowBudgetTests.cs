using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class WindowBudgetTests
{
    private const int MiB = 1024 * 1024;
    private static readonly EventFactory Factory = new(TimeProvider.System);

    [Theory]
    [InlineData(0, WindowBudget.MaxBytes)]
    [InlineData(1, WindowBudget.MaxBytes)]
    [InlineData(16, WindowBudget.MaxBytes)]
    [InlineData(32, MiB / 2)]
    [InlineData(1000, 16 * MiB / 1000)]
    [InlineData(20_000, 16 * 1024)]
    public void Share_GivesEachFeedItsPart_WithinBounds(int feeds, int bytes)
    {
        var budget = new WindowBudget(16 * MiB);
        budget.BytesPerFeed.ShouldBe(WindowBudget.MaxBytes);
        budget.Share(feeds);
        budget.BytesPerFeed.ShouldBe(bytes);
        budget.Share(1);
        budget.BytesPerFeed.ShouldBe(WindowBudget.MaxBytes);
    }

    [Fact]
    public void Trim_DropsTheOldest_WhenTheShareBecomesSmaller()
    {
        var budget = new WindowBudget(MiB);
        var window = new FeedWindow(budget);
        window.Start(new Cursor(7, 0));
        for (var offset = 1; offset <= 30; offset++) window.Add(Large(offset, 10_000));
        window.First.ShouldBe(0);

        budget.Share(16);
        window.Trim();
        // 64 KiB hold six frames.
        (window.First, window.Next, window.Base, window.Head).ShouldBe((24, 30, new Cursor(7, 24), new Cursor(7, 30)));
        window.Find(new Cursor(7, 23)).ShouldBeNull();
        window.Find(new Cursor(7, 24)).ShouldBe(24);

        window.Add(Large(31, 10_000));
        window.First.ShouldBe(25);
        budget.Share(1);
        window.Add(Large(32, 10_000));
        window.First.ShouldBe(25);
    }

    [Fact]
    public void Add_KeepsOneFrame_HoweverLargeItIs()
    {
        var budget = new WindowBudget(MiB);
        budget.Share(1000);
        var window = new FeedWindow(budget);
        window.Start(new Cursor(7, 0));
        window.Add(Large(1, 100_000));
        window.Add(Large(2, 200_000));
        (window.First, window.Next).ShouldBe((1, 2));
    }

    [Fact]
    public async Task Get_ComesFromTheLog_WhenTheShareIsTooSmallForTheReader()
    {
        const string Session = "s";
        const int Count = 40;
        var bus = new TestBus(new() { MaxBytes = 64 * MiB });
        await using var server = TestServer.StartWith(bus, new() { ["Streaming:WindowBytes"] = $"{MiB}" });
        // So many feeds share the budget that each gets little.
        var others = new List<SseClient>();
        for (var i = 0; i < 64; i++) others.Add(await server.OpenAsync($"/events/other{i}"));
        using var slow = await ChunkedClient.ConnectAsync(server.Address, receiveBuffer: 4096);
        await slow.OpenAsync($"/events/{Session}");
        await using var fast = await server.OpenAsync($"/events/{Session}");
        await fast.NextAsync();
        var readsBefore = bus.Reads;
        var cursors = new List<string>();
        for (var i = 0; i < Count; i++) cursors.AddRange((await server.AppendAsync(Session, Event(50_000))).Select(cursor => $"{cursor}"));
        (await fast.NextAsync(Count)).Select(item => item.EventId!).ShouldBe(cursors);

        (await slow.ReadBlocksAsync(Count)).Select(block => block.LastEventId).ShouldBe(cursors);
        bus.Reads.ShouldBeGreaterThan(readsBefore);
        foreach (var other in others) await other.DisposeAsync();
    }

    private static Frame Large(long offset, int bytes) => Frame.Of(new LogEntry(new Cursor(7, offset), EventWriter.ToUtf8(Event(bytes))));

    private static Event Event(int bytes) => Factory.Create("s", new AgentMessageDelta { MessageId = "m", Delta = new string('x', bytes) });
}
