using System.Text;
using EventStream.Api.Streaming;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class FrameRunTests
{
    private readonly Envelopes _events = new("s");

    [Fact]
    public void Of_IsTheFramesOwnChunk_WhenThereIsOne()
    {
        var frame = Logged(5, _events.Thought());
        var run = FrameRun.Of([frame], 42)!;
        Text(run).ShouldBe(Chunk(frame));
        run.Chunk.Span.Overlaps(frame.Bytes.Span).ShouldBeTrue();
        (run.From, run.Count, run.To, run.After, run.Head).ShouldBe((42, 1, 43, new Cursor(7, 4), new Cursor(7, 5)));
        run.PublishedAt.ShouldBe(frame.PublishedAt);
    }

    [Fact]
    public void Of_IsOneChunk_WhenThereAreMany()
    {
        Frame[] frames = [Logged(5, _events.Thought()), Unlogged(), Logged(6, _events.Thought("日本")), Logged(7, _events.Thought())];
        var run = FrameRun.Of([.. frames], 0)!;
        Text(run).ShouldBe(Chunk(frames));
        (run.Count, run.To, run.After, run.Head).ShouldBe((4, 4, new Cursor(7, 4), new Cursor(7, 7)));
    }

    [Fact]
    public void Of_SkipsFramesWithoutAPosition_WhenItSaysWhereItStands()
    {
        var run = FrameRun.Of([Unlogged(), Logged(5, _events.Thought()), Unlogged()], 0)!;
        (run.After, run.Head).ShouldBe((new Cursor(7, 4), new Cursor(7, 5)));
        var without = FrameRun.Of([Unlogged(), Unlogged()], 3)!;
        (without.To, without.After, without.Head).ShouldBe((5, null, null));
    }

    [Fact]
    public void Of_TakesWhatOnlyMovesTheCursor_AsAnyOther()
    {
        var run = FrameRun.Of([Frame.Of(new LogEntry(new Cursor(7, 5), "rubbish"u8.ToArray()))], 0)!;
        Text(run).ShouldBe("9\r\nid: 7-5\n\n\r\n");
    }

    [Fact]
    public void Of_AnswersNull_WhenAFrameMayEndAStreamOrNamesAGap()
    {
        Event[] ending = [_events.RunCompleted("r1"), _events.RunFailed("r1"), _events.RunCancelled("r1"), _events.SessionEnded(), _events.SessionDeleted()];
        foreach (var last in ending) FrameRun.Of([Logged(5, _events.Thought()), Logged(6, last)], 0).ShouldBeNull(last.Type);
        var gap = Frame.Of(new EventFactory(TimeProvider.System).CreateControl("s", new EventStream.Events.Payloads.StreamGap { From = "7-1", To = "7-4" }), new Cursor(7, 4));
        FrameRun.Of([gap, Logged(5, _events.Thought())], 0).ShouldBeNull();
    }

    private static Frame Logged(long offset, Event published) => Frame.Of(new LogEntry(new Cursor(7, offset), EventWriter.ToUtf8(published)));

    private static string Text(FrameRun run) => Encoding.UTF8.GetString(run.Chunk.Span);

    private static string Chunk(params Frame[] frames)
    {
        var text = string.Concat(frames.Select(frame => Encoding.UTF8.GetString(frame.Bytes.Span)));
        return $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n";
    }

    private Frame Unlogged() => Frame.OfUnlogged(EventWriter.ToUtf8(_events.Thought()));
}
