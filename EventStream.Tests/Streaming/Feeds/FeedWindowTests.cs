using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class FeedWindowTests
{
    private readonly FeedWindow _window = new(new WindowBudget(WindowBudget.MaxBytes));
    private readonly Envelopes _events = new("s");

    [Fact]
    public void Find_AnswersTheFrameAfterThePosition_WhenTheWindowHoldsIt()
    {
        _window.Start(new Cursor(7, 100));
        AddLogged(101, 3 * FeedWindow.MaxFrames);

        var held = Enumerable.Range(101 + 2 * FeedWindow.MaxFrames, FeedWindow.MaxFrames).ToArray();
        _window.Find(new Cursor(7, held[0] - 2)).ShouldBeNull();
        foreach (var offset in held) FrameAt(_window.Find(new Cursor(7, offset - 1))!.Value).Cursor.ShouldBe(new Cursor(7, offset));
        _window.Find(_window.Head).ShouldBe(_window.Next);
    }

    [Fact]
    public void Find_AnswersNull_WhenAnUnloggedFrameCameBeforeTheStart()
    {
        _window.Add(Frame.OfUnlogged(EventWriter.ToUtf8(_events.Thought())));
        _window.Start(new Cursor(7, 100));
        AddLogged(101, FeedWindow.MaxFrames);

        _window.Base.ShouldBe(new Cursor(7, 100));
        _window.Find(new Cursor(7, 50)).ShouldBeNull();
    }

    [Fact]
    public void Recount_CountsWhatFramesWereFoldedTo_WhenThatIsMoreThanTheyAre()
    {
        _window.Start(new Cursor(7, 100));
        AddLogged(101, 10);
        _window.ForEach(frame => frame.Fold(DialectCatalogue.AgUi, [new DialectMessage("", new byte[200_000])]));

        _window.Recount();
        (_window.Next - _window.First).ShouldBe(2);
        AddLogged(111, 20);
        (_window.Next - _window.First).ShouldBe(22);
    }

    [Fact]
    public void CopyTo_StopsAtTheBound_ButTakesOneFrameAtLeast()
    {
        _window.Start(new Cursor(7, 0));
        AddLogged(1, 5);
        var frames = new List<Frame>();

        _window.CopyTo(frames, _window.First, maxBytes: 1).ShouldBe(1);
        frames.ShouldHaveSingleItem().Cursor.ShouldBe(new Cursor(7, 1));
        _window.CopyTo(frames, 1, maxBytes: 1_000_000).ShouldBe(5);
        frames.Count.ShouldBe(5);
    }

    private void AddLogged(long first, int count)
    {
        for (var offset = first; offset < first + count; offset++)
            _window.Add(Frame.Of(new LogEntry(new Cursor(7, offset), EventWriter.ToUtf8(_events.Thought()))));
    }

    private Frame FrameAt(long number)
    {
        var frames = new List<Frame>();
        _window.CopyTo(frames, number, 1);
        return frames[0];
    }
}
