using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class RewoundWhileReadingTests
{
    private const string Session = "s";

    [Fact]
    public async Task Get_SendsNothingThatWasRolledBack_WhenItWasJustBeingRead()
    {
        const int Kept = 10;
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        var events = new Envelopes(Session);
        var cursors = await server.AppendAsync(Session, events.Thoughts(300));
        var log = (await bus.ReadAsync(StreamKey.Session(Session), Cursor.Zero, 300, TestContext.Current.CancellationToken)).Entries;
        var next = events.Thoughts(3).Select((thought, i) => log[Kept + i] with { Envelope = EventWriter.ToUtf8(thought) }).ToArray();
        var feed = (await server.Feeds.JoinAsync(StreamKey.Session(Session))).Feed!;
        var isFirst = true;
        bus.Page = page =>
        {
            // The page that follows the client's first; the feed itself reads elsewhere.
            if (page.Entries is not [{ Cursor.Offset: 257 }, ..] || !isFirst) return page;
            isFirst = false;
            bus.Log = [.. log.Take(Kept), .. next];
            foreach (var entry in next) bus.Listeners[0].OnEntry(entry);
            SpinWait.SpinUntil(() => feed.Rewinds > 0, Timeouts.Default).ShouldBeTrue();
            return page;
        };

        await using var client = await server.OpenAsync($"/events/{Session}?from=earliest");
        var items = (await client.NextAsync(1 + 256 + 1 + next.Length)).Skip(1).ToList();

        items[..256].Select(item => item.EventId).ShouldBe(cursors[..256].Select(cursor => $"{cursor}"));
        (items[256].EventType, items[256].EventId).ShouldBe(("stream_gap", $"{cursors[Kept - 1]}"));
        items[257..].Select(item => item.EventId).ShouldBe(next.Select(entry => $"{entry.Cursor}"));
    }
}
