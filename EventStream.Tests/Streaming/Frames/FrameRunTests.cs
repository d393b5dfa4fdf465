using System.Text;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Frames;

public sealed class FrameRunTests
{
    private readonly Envelopes _events = new("s");

    [Fact]
    public void Of_IsTheFramesBlock_WhenThereIsOne()
    {
        var frame = Logged(5, _events.Thought());
        var run = FrameRun.Of([frame], All() with { From = 42 })!;
        Text(run).ShouldBe(Blocks(frame));
        (run.From, run.Count, run.To, run.After, run.Head).ShouldBe((42, 1, 43, new Cursor(7, 4), new Cursor(7, 5)));
        run.PublishedAt.ShouldBe(frame.PublishedAt);
    }

    [Fact]
    public void Of_IsAllBlocksInOrder_WhenThereAreMany()
    {
        Frame[] frames = [Logged(5, _events.Thought()), Unlogged(), Logged(6, _events.Thought("日本")), Logged(7, _events.Thought())];
        var run = FrameRun.Of([.. frames], All())!;
        Text(run).ShouldBe(Blocks(frames));
        (run.Count, run.To, run.After, run.Head).ShouldBe((4, 4, new Cursor(7, 4), new Cursor(7, 7)));
    }

    [Fact]
    public void Of_SkipsFramesWithoutAPosition_WhenItSaysWhereItStands()
    {
        var run = FrameRun.Of([Unlogged(), Logged(5, _events.Thought()), Unlogged()], All())!;
        (run.After, run.Head).ShouldBe((new Cursor(7, 4), new Cursor(7, 5)));
        var without = FrameRun.Of([Unlogged(), Unlogged()], All() with { From = 3 })!;
        (without.To, without.After, without.Head).ShouldBe((5, null, null));
    }

    [Fact]
    public void Of_TakesWhatOnlyMovesTheCursor_AsAnyOther()
    {
        var run = FrameRun.Of([Frame.Of(new LogEntry(new Cursor(7, 5), "rubbish"u8.ToArray()))], All())!;
        Text(run).ShouldBe("id: 7-5\n\n");
    }

    [Fact]
    public void Of_AnswersNull_WhenAFrameMayEndAStreamOrNamesAGap()
    {
        Event[] ending = [_events.RunCompleted("r1"), _events.RunFailed("r1"), _events.RunCancelled("r1"), _events.SessionEnded(), _events.SessionDeleted()];
        foreach (var last in ending) FrameRun.Of([Logged(5, _events.Thought()), Logged(6, last)], All()).ShouldBeNull(last.Type);
        var gap = Frame.Of(new EventFactory(TimeProvider.System).CreateControl("s", new EventStream.Events.Payloads.StreamGap { From = "7-1", To = "7-4" }), new Cursor(7, 4));
        FrameRun.Of([gap, Logged(5, _events.Thought())], All()).ShouldBeNull();
    }

    [Fact]
    public void Of_WritesTheNamesOfTheDialect_WhenItIsShared()
    {
        var published = _events.Thought() with { SourceType = "thinking" };
        Text(FrameRun.Of([Logged(5, published)], All() with { Dialect = DialectCatalogue.Native })!).ShouldStartWith("id: 7-5\nevent: thinking\ndata: ");
        Text(FrameRun.Of([Logged(5, published)], All())!).ShouldStartWith("id: 7-5\nevent: agent_thought\ndata: ");
    }

    [Fact]
    public void Of_LeavesOutWhatTheFilterDoes_AndGoesOnBehindIt()
    {
        Frame[] frames = [Logged(5, Thought("r2")), Logged(6, Thought("r1")), Logged(7, Thought("r1")), Logged(8, Thought("r2"))];
        var run = FrameRun.Of([.. frames], OfRun("r1"))!;
        Text(run).ShouldBe(Blocks(frames[1..3]));
        (run.Count, run.Told, run.After, run.Head, run.LastTold).ShouldBe((4, 2, new Cursor(7, 4), new Cursor(7, 8), new Cursor(7, 7)));
        run.PublishedAt.ShouldBe(frames[2].PublishedAt);

        var none = FrameRun.Of([.. frames], OfRun("r3"))!;
        (none.Length, none.Told, none.To, none.Head, none.LastTold, none.PublishedAt).ShouldBe((0, 0, 4, new Cursor(7, 8), null, null));
    }

    [Fact]
    public void Of_AnswersNull_WhenAFrameThatIsLeftOutMayEndAStream() =>
        FrameRun.Of([Logged(5, Thought("r1")), Logged(6, _events.RunCompleted("r2"))], OfRun("r1")).ShouldBeNull();

    [Fact]
    public void Of_AnswersNull_WhenAFrameMayPauseARun()
    {
        var asked = _events.Thought() with { Type = "tool_approval_requested", RunId = "r1" };
        FrameRun.Of([Logged(5, asked)], OfRun("r1") with { Dialect = DialectCatalogue.AiSdk }).ShouldBeNull();
        FrameRun.Of([Logged(5, asked)], OfRun("r1")).ShouldNotBeNull();
    }

    private Event Thought(string runId) => _events.Thought() with { RunId = runId };

    private static FrameSelection All() => new(0, DialectCatalogue.Canonical, EventFilter.All);

    private static FrameSelection OfRun(string runId) => All() with { Filter = EventFilter.Of(StreamKey.Session("s"), [], runId, null) };

    private static Frame Logged(long offset, Event published) => Frame.Of(new LogEntry(new Cursor(7, offset), EventWriter.ToUtf8(published)));

    private static string Text(FrameRun run)
    {
        var bytes = new byte[run.Length];
        run.CopyTo(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Blocks(params Frame[] frames) => string.Concat(frames.Select(frame => Encoding.UTF8.GetString(frame.Bytes.Span)));

    private Frame Unlogged() => Frame.OfUnlogged(EventWriter.ToUtf8(_events.Thought()));
}
