using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class LogPagesTests
{
    private const long Epoch = 7;

    private readonly FakeTimeProvider _time = new();
    private readonly List<Cursor> _reads = [];
    private readonly PageBudget _budget = new(16 * 1024 * 1024);
    private readonly LogPages _pages;
    private List<LogEntry> _log = Entries(1, 1000);
    private Task _answer = Task.CompletedTask;

    public LogPagesTests() => _pages = new LogPages(ReadLogAsync, _budget, _time);

    [Fact]
    public async Task ReadAsync_ReadsEachPageOnce_WhenACrowdGoesThroughTheLogAtDifferentPaces()
    {
        var crowd = await Task.WhenAll(Enumerable.Range(0, 50).Select(start => ReadThroughAsync(At(start * 20))));
        for (var i = 0; i < crowd.Length; i++) crowd[i].ShouldBe(Enumerable.Range(i * 20 + 1, 1000 - i * 20).Select(offset => At(offset)));
        _reads.ShouldBe([At(0), At(256), At(512), At(768)], ignoreOrder: true);
    }

    [Fact]
    public async Task ReadAsync_SharesAReadThatIsUnderWay_WhenItBringsWhatIsWanted()
    {
        var answer = new TaskCompletionSource();
        _answer = answer.Task;
        var first = ReadAsync(At(3));
        var second = ReadAsync(At(200));
        answer.SetResult();
        (await second).ShouldBeSameAs(await first);
        _reads.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ReadAsync_ReadsAgain_WhenTheLogHasGrownSince()
    {
        (await ReadAsync(At(900))).Frames[^1].Cursor.ShouldBe(At(1000));
        (await ReadAsync(At(1000))).Frames.Count(frame => frame.Cursor > At(1000)).ShouldBe(0);
        _log = Entries(1, 1001);
        var grown = await ReadAsync(At(1000));
        grown.Frames.Skip(grown.Find(At(1000))).ShouldHaveSingleItem().Cursor.ShouldBe(At(1001));
        grown.State.Head.ShouldBe(At(1001));
    }

    [Fact]
    public async Task ReadAsync_AnswersNoOlderStateThanTheQuestion_WhenThereIsNothingAfterThePosition()
    {
        var answer = new TaskCompletionSource();
        _answer = answer.Task;
        var early = ReadAsync(At(1000));
        _log = Entries(1, 1002);
        var late = ReadAsync(At(1002));
        answer.SetResult();
        await early;
        (await late).State.Head.ShouldBe(At(1002));
    }

    [Fact]
    public async Task ReadAsync_AsksTheLog_WhenAPageDoesNotFollowThePosition()
    {
        _log = Entries(500, 1000);
        var page = await ReadAsync(At(300));
        page.Frames[0].Cursor.ShouldBe(At(500));
        page.State.First.ShouldBe(At(500));
        _log = Entries(600, 1000);
        (await ReadAsync(At(300))).State.First.ShouldBe(At(600));
    }

    [Fact]
    public async Task ReadAsync_ReadsFromTheStart_WhenOnlyLaterPagesAreKept()
    {
        await ReadAsync(At(600));
        (await ReadAsync(Cursor.Zero)).Frames[0].Cursor.ShouldBe(At(1));
    }

    [Fact]
    public async Task ReadAsync_TriesAgain_AfterTheBusWasOut()
    {
        _answer = Task.FromException(new BusUnavailableException("out"));
        await Should.ThrowAsync<BusUnavailableException>(() => ReadAsync(At(0)));
        _answer = Task.CompletedTask;
        (await ReadAsync(At(0))).Frames.Count.ShouldBe(256);
    }

    [Fact]
    public async Task ReadAsync_KeepsNoMoreThanFourMebibytes()
    {
        _log = [.. Enumerable.Range(1, 2560).Select(offset => new LogEntry(At(offset), EventWriter.ToUtf8(new Envelopes("s").Thought(new string('x', 4000)))))];
        await ReadThroughAsync(At(0));
        _reads.Count.ShouldBe(10);
        await ReadThroughAsync(At(0));
        _reads.Count.ShouldBeGreaterThan(15);
        var before = _reads.Count;
        await ReadAsync(At(2300));
        _reads.Count.ShouldBe(before);
    }

    [Fact]
    public async Task ReadAsync_KeepsNoMoreThanTheNodeMayHold_HoweverManyLogsAreRead()
    {
        var budget = new PageBudget(1024 * 1024);
        _log = [.. Enumerable.Range(1, 256).Select(offset => new LogEntry(At(offset), EventWriter.ToUtf8(new Envelopes("s").Thought(new string('x', 1000)))))];
        var logs = Enumerable.Range(0, 20).Select(_ => new LogPages(ReadLogAsync, budget, _time)).ToList();
        foreach (var log in logs)
        {
            (await log.ReadAsync(At(0), mayWait: false, TestContext.Current.CancellationToken)).Frames.Count.ShouldBe(256);
            budget.Held.ShouldBeInRange(300_000, 1024 * 1024);
        }

        foreach (var log in logs) log.Clear();

        budget.Held.ShouldBe(0);
    }

    [Fact]
    public async Task ReadAsync_HoldsNothingOfTheBudget_WhenItsPagesAreOldOrItsFeedHasLeft()
    {
        foreach (var position in (int[])[0, 256, 600]) await ReadAsync(At(position));
        _budget.Held.ShouldBeGreaterThan(0);
        _time.Advance(TimeSpan.FromSeconds(3));
        _pages.Trim();
        _budget.Held.ShouldBe(0);

        var answer = new TaskCompletionSource();
        _answer = answer.Task;
        var late = ReadAsync(At(300));
        _pages.Close();
        answer.SetResult();

        (await late).Frames.Count.ShouldBe(256);
        (await ReadAsync(At(0))).Frames.Count.ShouldBe(256);
        _budget.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Feed_LetsGoOfItsPages_WhenItLeaves()
    {
        await using var server = TestServer.Start();
        await server.AppendAsync("s", new Envelopes("s").Thoughts(10));
        var feed = (await server.Feeds.JoinAsync(StreamKey.Session("s"))).Feed!;
        await feed.Reads.ReadLogAsync(Cursor.Zero, TestContext.Current.CancellationToken);
        feed.Context.Budget.Pages.Held.ShouldBeGreaterThan(0);

        await feed.DisposeAsync();

        feed.Context.Budget.Pages.Held.ShouldBe(0);
    }

    [Fact]
    public async Task ReadAsync_ReadsAgain_WhenAPageIsTwoSecondsOld_HoweverOftenItIsAskedFor()
    {
        for (var i = 0; i < 8; i++)
        {
            await ReadAsync(At(i));
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }
        _reads.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(3));
        _pages.Trim();
        await ReadAsync(At(2));
        _reads.Count.ShouldBe(3);
    }

    private static Cursor At(long offset) => new(Epoch, offset);

    private static List<LogEntry> Entries(int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(offset => new LogEntry(At(offset), EventWriter.ToUtf8(new Envelopes("s").Thought($"{offset}"))))];

    private Task<FramePage> ReadAsync(Cursor position)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return _pages.ReadAsync(position, mayWait: false, TestContext.Current.CancellationToken);
    }

    private async Task<List<Cursor>> ReadThroughAsync(Cursor position)
    {
        var seen = new List<Cursor>();
        while (true)
        {
            var page = await ReadAsync(position);
            var frames = page.Frames.Skip(page.Find(position)).ToList();
            if (frames.Count == 0) return seen;
            seen.AddRange(frames.Select(frame => frame.Cursor!.Value));
            position = seen[^1];
            if (position == _log[^1].Cursor) return seen;
        }
    }

    private async Task<LogPage> ReadLogAsync(Cursor after, int maxEvents, bool mayWait)
    {
        lock (_reads) _reads.Add(after);
        var log = _log;
        await _answer;
        return new LogPage { Entries = [.. log.Where(entry => entry.Cursor > after).Take(maxEvents)], Head = log[^1].Cursor, First = log[0].Cursor, Count = log.Count };
    }
}
