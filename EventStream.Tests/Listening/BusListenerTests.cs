using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

/// <summary>Announcements are lost, repeated, reordered or forged, the reader is slow, or the bus is out: every event comes once and in order, or is told as gone.</summary>
public sealed class BusListenerTests
{
    private readonly StreamKey _stream = StreamKey.Session("s");
    private readonly Envelopes _events = new("s");
    private readonly TestBus _bus = new(new LogOptions { MaxEvents = 400 });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lost")]
    [InlineData("repeated")]
    [InlineData("late")]
    [InlineData("forged")]
    public async Task ReadAsync_GivesEveryEventOnce_WhenAnnouncementsAre(string fault)
    {
        var number = 0;
        var held = new Queue<LogEntry>();
        IEnumerable<LogEntry> Late(LogEntry entry)
        {
            held.Enqueue(entry);
            return number++ % 3 == 2 ? [.. Enumerable.Range(0, held.Count).Select(_ => held.Dequeue()).Reverse()] : [];
        }
        _bus.Announce = fault switch
        {
            // The last one of all is heard, so that the reader learns that it missed some.
            "lost" => entry => number++ % 3 > 0 ? [entry] : [],
            "repeated" => entry => [entry, entry],
            "late" => Late,
            _ => entry => [entry, entry with { Cursor = entry.Cursor with { Offset = entry.Cursor.Offset + 9 } }, new LogEntry(entry.Cursor.Next, "{}"u8.ToArray())],
        };
        await using var client = await StartedAsync();
        var sent = _events.Thoughts(300);
        foreach (var batch in sent.Chunk(10)) await AppendAsync(batch);
        (await client.NextAsync(300)).Select(item => item.Event.EventId).ShouldBe(sent.Select(thought => thought.EventId));
    }

    [Fact]
    public async Task ReadAsync_ReadsTheLog_WhenTheReaderIsSlowerThanItsBufferIsLarge()
    {
        await using var client = await StartedAsync(new ListenOptions { BufferedEvents = 4 });
        var sent = new List<Cursor>();
        for (var i = 0; i < 300; i++) sent.AddRange(await AppendAsync(_events.Thought()));
        (await client.NextAsync(300)).Select(item => item.Cursor!.Value).ShouldBe(sent);
    }

    [Fact]
    public async Task ReadAsync_TellsTheGap_WhenTheLogNoLongerHoldsWhatASlowReaderMissed()
    {
        await using var client = await StartedAsync(new ListenOptions { BufferedEvents = 4 });
        var first = await AppendAsync(_events.Thought());
        await client.NextAsync();
        var sent = await AppendAsync(_events.Thoughts(500));
        var gap = await client.NextGapAsync();
        (gap.From, gap.To).ShouldBe(($"{first[0]}", $"{sent[99]}"));
        (await client.NextAsync(400)).Select(item => item.Cursor!.Value).ShouldBe(sent[100..]);
    }

    [Fact]
    public async Task ReadAsync_Ends_WhenTheEndIsAmongTheEventsThatAreGone()
    {
        await using var client = await StartedAsync(new ListenOptions { BufferedEvents = 4, RunId = "r", Until = StreamUntil.RunEnds });
        await AppendAsync([_events.Thought(runId: "r"), _events.RunCompleted("r"), .. _events.Thoughts(500)]);
        await client.NextGapAsync();
        await client.ShouldEndAsync("run_ended");
    }

    [Fact]
    public async Task ReadAsync_BelievesNoAnnouncedEnd_ThatTheLogDoesNotHold()
    {
        await using var client = await StartedAsync();
        var first = await AppendAsync(_events.Thought());
        _bus.Listeners[0].OnEntry(new LogEntry(first[0].Next, EventWriter.ToUtf8(_events.SessionDeleted())));
        var second = await AppendAsync(_events.Thought());
        (await client.NextAsync(2)).Select(item => item.Cursor!.Value).ShouldBe([.. first, .. second]);
    }

    [Fact]
    public async Task ReadAsync_LeavesOutWhatIsNoEvent_AndSaysSoOnce()
    {
        var log = new RecordingLogger<StreamListener>();
        var first = await AppendAsync(_events.Thoughts(3));
        _bus.Page = page => page with { Entries = [.. page.Entries.Select(entry => entry.Cursor.Offset < 3 ? entry with { Envelope = """{"type":"broken","payload":1}"""u8.ToArray() } : entry)] };
        await using var client = new ListenerClient(new StreamListener(_bus, logger: log), _stream, StartFrom.Earliest);
        await client.StartAsync();
        (await client.NextAsync()).Cursor.ShouldBe(first[2]);
        log.Lines.ShouldBe(["Warning ListenerSkipped"]);
    }

    [Fact]
    public async Task ReadAsync_ReadsMembersOfNewerVersions()
    {
        await AppendAsync(_events.Thought());
        _bus.Page = page => page with { Entries = [.. page.Entries.Select(entry => entry with { Envelope = """{"event_id":"e","session_id":"s","timestamp":"2026-11-21T03:14:45.123Z","type":"note","payload":{},"from_later":"x"}"""u8.ToArray() })] };
        await using var client = new ListenerClient(new StreamListener(_bus), _stream, StartFrom.Earliest);
        await client.StartAsync();
        (await client.NextAsync()).Event.Type.ShouldBe("note");
    }

    [Fact]
    public async Task ReadAsync_ComparesItsPosition_WhenNothingWasHeardForLong()
    {
        var time = new SteppedTime();
        await using var client = new ListenerClient(new StreamListener(_bus, time), _stream, StartFrom.Live);
        await client.StartAsync();
        _bus.Announce = _ => [];
        var next = client.NextAsync();
        await Eventually.TrueAsync(() => time.UntilNextTimer is not null, Cancel);
        var lost = await AppendAsync(_events.Thought());
        (await time.AdvanceToNextTimerAsync(Cancel)).ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        (await next).Cursor.ShouldBe(lost[0]);
    }

    [Fact]
    public async Task ReadAsync_WaitsForTheBus_AndSaysSoOnce()
    {
        var log = new RecordingLogger<StreamListener>();
        _bus.Answers = BusAnswers.Unavailable;
        await using var client = new ListenerClient(new StreamListener(_bus, logger: log), _stream, StartFrom.Live);
        var starting = client.StartAsync();
        await Eventually.TrueAsync(() => log.Lines.Count > 0, Cancel);
        _bus.Answers = BusAnswers.Always;
        await starting;
        var first = client.NextAsync();
        var cursors = await AppendAsync(_events.Thought());
        (await first).Cursor.ShouldBe(cursors[0]);
        _bus.Answers = BusAnswers.Unavailable;
        _bus.Announce = _ => [];
        cursors = await AppendAsync(_events.Thought());
        _bus.Listeners[0].OnInterrupted();
        var second = client.NextAsync();
        await Eventually.TrueAsync(() => log.Lines.Count > 2, Cancel);
        var reads = _bus.Reads;
        await Eventually.TrueAsync(() => _bus.Reads > reads + 1, Cancel);
        _bus.Answers = BusAnswers.Always;
        (await second).Cursor.ShouldBe(cursors[0]);
        log.Lines.ShouldBe(["Warning ListeningInterrupted", "Information ListeningResumed", "Warning ListeningInterrupted", "Information ListeningResumed"]);
    }

    [Fact]
    public async Task ReadAsync_LeavesNothing_WhenItIsCancelledWhileTheBusDoesNotAnswer()
    {
        await using var client = await StartedAsync();
        _bus.Answers = BusAnswers.Never;
        _bus.Listeners[0].OnInterrupted();
        await client.CancelAsync();
        _bus.Listeners.ShouldBeEmpty();
    }

    private async Task<ListenerClient> StartedAsync(ListenOptions? options = null)
    {
        var client = new ListenerClient(new StreamListener(_bus), _stream, StartFrom.Live, options);
        await client.StartAsync();
        return client;
    }

    private async Task<Cursor[]> AppendAsync(params Event[] events) =>
        [.. (await _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = events }, Cancel)).Receipts.Select(receipt => receipt.Cursor!.Value)];
}
