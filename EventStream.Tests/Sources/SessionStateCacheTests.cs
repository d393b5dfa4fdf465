using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Sessions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class SessionStateCacheTests
{
    [Fact]
    public async Task CatchUpAsync_FoldsWhatIsThere_WhenAnEventBetweenTwoPagesIsGone()
    {
        var log = SessionEvents.Log(Enumerable.Range(0, 1500).Select(number => SessionEvents.Event("tool_call_started", $$"""{"tool_call_id":"c{{number}}","tool_name":"t"}"""))).ToList();
        log.RemoveAt(1000);
        var bus = new TestBus { Log = log };

        var state = await new SessionStateCache(bus).CatchUpAsync(StreamKey.Session("s1"), SessionState.Empty, TestContext.Current.CancellationToken);

        state.Head.ShouldBe(log[^1].Cursor);
        (state.ToolCall("c999")?.Id, state.ToolCall("c1000")?.Id, state.ToolCall("c1001")?.Id).ShouldBe(("c999", null, "c1001"));
    }

    [Fact]
    public async Task CatchUpAsync_GoesOn_WhenTheLogWasRolledBackAndContinuesInALaterEpoch()
    {
        var (log, state) = Folded(3);
        var bus = new TestBus { Log = [.. log[..2], Started(9, new Cursor(8, 1))] };

        var next = await new SessionStateCache(bus).CatchUpAsync(StreamKey.Session("s1"), state, TestContext.Current.CancellationToken);

        bus.Reads.ShouldBe(1);
        (next.Head, next.ToolCall("c2")?.Id, next.ToolCall("c9")?.Id).ShouldBe((new Cursor(8, 1), "c2", "c9"));
    }

    [Fact]
    public async Task CatchUpAsync_StartsAgain_WhenTheLogIsAnotherOne()
    {
        var (_, state) = Folded(3);
        var bus = new TestBus { Log = [Started(9, new Cursor(8, 1))] };

        var next = await new SessionStateCache(bus).CatchUpAsync(StreamKey.Session("s1"), state, TestContext.Current.CancellationToken);

        (next.Head, next.ToolCall("c2")?.Id, next.ToolCall("c9")?.Id).ShouldBe((new Cursor(8, 1), null, "c9"));
    }

    [Fact]
    public async Task CatchUpAsync_TakesWhatIsLeft_WhenAllBehindTheFirstEventOfAnotherLogIsGone()
    {
        var (_, state) = Folded(3);
        var bus = new TestBus { Log = [Started(9, new Cursor(8, 5))] };
        bus.Page = page => bus.Reads < 10 ? page with { Head = new Cursor(8, 7) } : throw new BusUnavailableException("It is read again and again.");

        var next = await new SessionStateCache(bus).CatchUpAsync(StreamKey.Session("s1"), state, TestContext.Current.CancellationToken);

        (next.Head, next.ToolCall("c2")?.Id, next.ToolCall("c9")?.Id).ShouldBe((new Cursor(8, 7), null, "c9"));
    }

    [Fact]
    public void Of_DropsTheLeastRecentlyUsed_WhenOneMoreComesThanItHolds()
    {
        var cache = new SessionStateCache(new TestBus());
        var entries = Enumerable.Range(0, SessionStateCache.MaxSessions).Select(number => cache.Of(StreamKey.Session($"s{number}"))).ToList();
        cache.Of(StreamKey.Session("s0")).ShouldBeSameAs(entries[0]);

        var added = cache.Of(StreamKey.Session("more"));

        cache.Of(StreamKey.Session("more")).ShouldBeSameAs(added);
        cache.Of(StreamKey.Session("s0")).ShouldBeSameAs(entries[0]);
        cache.Of(StreamKey.Session("s2")).ShouldBeSameAs(entries[2]);
        cache.Of(StreamKey.Session("s1")).ShouldNotBeSameAs(entries[1]);
    }

    private static (LogEntry[] Log, SessionState State) Folded(int count)
    {
        var log = Enumerable.Range(0, count).Select(number => Started(number, new Cursor(7, 1 + number))).ToArray();
        return (log, log.Aggregate(SessionState.Empty, (state, entry) => state.Apply(entry)));
    }

    private static LogEntry Started(int number, Cursor cursor) =>
        new(cursor, EventWriter.ToUtf8(SessionEvents.Event("tool_call_started", $$"""{"tool_call_id":"c{{number}}","tool_name":"t"}""")));
}
