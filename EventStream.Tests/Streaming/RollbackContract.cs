using System.Text;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>The log went back, by a failover to a replica that lacked the newest events or by a restored backup, and reuses positions that the feed has passed.</summary>
public abstract class RollbackContract : IAsyncDisposable
{
    private const int Seen = 6;

    private readonly TestBus _bus = new();
    private readonly TestServer _server;
    private readonly StreamKey _stream;
    private readonly string _path;
    private readonly Envelopes _events = new("s");

    private protected RollbackContract(StreamKey stream, string path) => (_server, _stream, _path) = (TestServer.StartWith(_bus), stream, path);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task OnEntry_GoesBack_WhenTheLogHoldsAnotherEventThere()
    {
        var (client, log) = await WatchedAsync();
        var rewritten = Rewritten(log, from: 2, count: 3);
        _bus.Log = [.. log[..2], .. rewritten];
        foreach (var entry in rewritten) Listener.OnEntry(entry);
        foreach (var entry in rewritten) Listener.OnEntry(entry);
        await AssertGapAsync(client, log[^1].Cursor, log[1].Cursor, rewritten);
        await AssertNewEpochAsync(client, rewritten[^1].Cursor);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task OnEntry_ChangesNothing_WhenTheLogHoldsWhatItHeld()
    {
        var (client, log) = await WatchedAsync();
        foreach (var forged in Rewritten(log, from: 2, count: 3)) Listener.OnEntry(forged);
        Listener.OnEntry(log[0] with { Cursor = new Cursor(5, 1) });
        var next = (await AppendAsync(2)).Select(receipt => $"{receipt.Cursor}");
        (await client.NextAsync(2)).Select(item => item.EventId).ShouldBe(next);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task OnInterrupted_ChangesNothing_WhenTheSameEventsStandThereTimedAnew()
    {
        var (client, log) = await WatchedAsync();
        _bus.Log = [.. log.Select(entry => entry with { Envelope = EventWriter.ToUtf8(Envelopes.Read(entry) with { Timestamp = DateTimeOffset.UnixEpoch }) })];
        Listener.OnEntry(_bus.Log[2]);
        Listener.OnInterrupted();
        var next = Rewritten(log, from: Seen, count: 1);
        _bus.Log = [.. _bus.Log, .. next];
        Listener.OnEntry(next[0]);
        await AssertEventsAsync(client, next);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(3000)]
    public async Task OnInterrupted_GoesBack_WhenOthersWereAppendedUnheard(int count)
    {
        var (client, log) = await WatchedAsync();
        var rewritten = Rewritten(log, from: 2, count);
        _bus.Log = [.. log[..2], .. rewritten];
        Listener.OnInterrupted();
        await AssertGapAsync(client, log[^1].Cursor, log[1].Cursor, rewritten);
        await AssertNewEpochAsync(client, rewritten[^1].Cursor);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task OnInterrupted_BeginsAnEpoch_BeforeOthersAreAppended()
    {
        var (client, log) = await WatchedAsync();
        _bus.Log = log[..2];
        Listener.OnInterrupted();
        await AssertNewEpochAsync(client, log[^1].Cursor);
        var next = _events.Thoughts(2).Select((thought, i) => new LogEntry(new Cursor(log[0].Cursor.Epoch + 1, 1 + i), EventWriter.ToUtf8(thought))).ToArray();
        _bus.Log = [.. log[..2], .. next];
        foreach (var entry in next) Listener.OnEntry(entry);
        await AssertEventsAsync(client, next);

        await using var returning = await _server.OpenAsync(_path, $"{log[3].Cursor}");
        (await returning.NextAsync()).Data.ShouldContain("\"resume\":\"partial\",\"reason\":\"epoch_changed\"");
        await client.DisposeAsync();
    }

    [Fact]
    public async Task OnInterrupted_BringsWhatFollows_WhenTheEpochWasEmptyBefore()
    {
        var (client, log) = await WatchedAsync();
        _bus.Log = log[..2];
        Listener.OnInterrupted();
        await AssertNewEpochAsync(client, log[^1].Cursor);
        for (var round = 0; round < 2; round++)
        {
            var next = new LogEntry(new Cursor(log[0].Cursor.Epoch + 1, 1 + round), EventWriter.ToUtf8(_events.Thought()));
            _bus.Log = [.. _bus.Log, next];
            Listener.OnInterrupted();
            await AssertEventsAsync(client, [next]);
        }
        await client.DisposeAsync();
    }

    [Fact]
    public async Task OnEntry_GoesBack_WhenTheLogEndsBeforeTheWindow()
    {
        var log = await AppendedAsync();
        await using var client = await _server.OpenAsync(_path);
        await client.NextAsync();
        var rewritten = Rewritten(log, from: 2, count: 2);
        _bus.Log = [.. log[..2], .. rewritten];
        foreach (var entry in rewritten) Listener.OnEntry(entry);
        await AssertGapAsync(client, log[^1].Cursor, log[1].Cursor, rewritten);
        await AssertNewEpochAsync(client, rewritten[^1].Cursor);
    }

    [Fact]
    public async Task OnEntry_TellsOneGap_WhenAnAppenderKnewAndBeganAnEpoch()
    {
        var (client, log) = await WatchedAsync();
        var epoch = log[0].Cursor.Epoch + 1;
        var next = _events.Thoughts(2).Select((thought, i) => new LogEntry(new Cursor(epoch, 1 + i), EventWriter.ToUtf8(thought))).ToArray();
        _bus.Log = [.. log[..2], .. next];
        foreach (var entry in next) Listener.OnEntry(entry);
        await AssertGapAsync(client, log[^1].Cursor, new Cursor(epoch, 0), next);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task OnInterrupted_BringsWhatWasAppendedBeforeTheEpoch_WhenOneAppenderKnewAndOneDidNot()
    {
        var (client, log) = await WatchedAsync();
        var unknowing = Rewritten(log, from: 2, count: 1);
        var epoch = log[0].Cursor.Epoch + 1;
        var next = new LogEntry(new Cursor(epoch, 1), EventWriter.ToUtf8(_events.Thought("next")));
        _bus.Log = [.. log[..2], .. unknowing, next];
        Listener.OnInterrupted();
        await AssertGapAsync(client, log[^1].Cursor, log[1].Cursor, unknowing);
        await AssertGapAsync(client, unknowing[0].Cursor, new Cursor(epoch, 0), [next]);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Get_ReadsTheLogAnew_WhenItWasRolledBackAfterAPageWasShared()
    {
        var (client, log) = await WatchedAsync();
        await using (var early = await _server.OpenAsync($"{_path}?from=earliest")) await early.NextAsync(1 + Seen);
        var rewritten = Rewritten(log, from: 2, count: 3);
        _bus.Log = [.. log[..2], .. rewritten];
        Listener.OnInterrupted();
        await AssertGapAsync(client, log[^1].Cursor, log[1].Cursor, rewritten);
        await AssertNewEpochAsync(client, rewritten[^1].Cursor);
        await using var late = await _server.OpenAsync($"{_path}?from=earliest");
        await late.NextAsync();
        await AssertEventsAsync(late, _bus.Log);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Get_BringsWhatIsHeldAndThenTheGap_WhenTheNewEpochIsStillEmpty()
    {
        var log = await AppendedAsync();
        _bus.Log = log[..2];
        await _bus.BeginEpochAsync(_stream, log[^1].Cursor.Epoch, TestContext.Current.CancellationToken);
        await using var late = await _server.OpenAsync($"{_path}?from=earliest");
        await late.NextAsync();
        await AssertEventsAsync(late, log[..2]);
        await AssertNewEpochAsync(late, log[1].Cursor);
        await using var live = await _server.OpenAsync(_path);
        (await live.NextAsync()).EventId.ShouldBe($"{log[0].Cursor.Epoch + 1}-0");
    }

    [Fact]
    public async Task OnEntry_GoesBackInTheEnd_WhenAReplacedMasterWasHeardFirstAndAnsweredFromItsOwnLog()
    {
        var (client, log) = await WatchedAsync();
        var stale = Rewritten(log, from: Seen, count: 2);
        var right = Rewritten(log, from: Seen, count: 3);
        _bus.Log = [.. log, .. stale];
        foreach (var entry in stale) Listener.OnEntry(entry);
        foreach (var entry in right[..2]) Listener.OnEntry(entry);
        await AssertEventsAsync(client, stale);
        await Eventually.TrueAsync(() => _bus.Reads > 2, TestContext.Current.CancellationToken);
        _bus.Log = [.. log, .. right];
        Listener.OnEntry(right[2]);
        await AssertEventsAsync(client, right[2..]);

        await AssertGapAsync(client, right[2].Cursor, log[^1].Cursor, right);
        await AssertNewEpochAsync(client, right[2].Cursor);
        await client.DisposeAsync();
    }

    private IStreamListener Listener => _bus.Listeners[0];

    private async Task<(SseClient Client, LogEntry[] Log)> WatchedAsync()
    {
        var client = await _server.OpenAsync(_path);
        await client.NextAsync();
        var log = await AppendedAsync();
        await client.NextAsync(Seen);
        return (client, log);
    }

    private async Task<LogEntry[]> AppendedAsync()
    {
        await AppendAsync(Seen);
        return [.. (await _bus.ReadAsync(_stream, Cursor.Zero, Seen, TestContext.Current.CancellationToken)).Entries];
    }

    private async Task<IReadOnlyList<EventReceipt>> AppendAsync(int count) =>
        (await _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = _events.Thoughts(count) }, TestContext.Current.CancellationToken)).Receipts;

    private LogEntry[] Rewritten(LogEntry[] log, int from, int count) =>
        [.. _events.Thoughts(count).Select((thought, i) => new LogEntry(log[0].Cursor with { Offset = from + 1 + i }, EventWriter.ToUtf8(thought)))];

    private static Task AssertNewEpochAsync(SseClient client, Cursor from) =>
        AssertGapAsync(client, from, new Cursor(from.Epoch + 1, 0), []);

    private static async Task AssertGapAsync(SseClient client, Cursor from, Cursor to, IReadOnlyList<LogEntry> next)
    {
        var gap = await client.NextAsync();
        (gap.EventType, gap.EventId).ShouldBe(("stream_gap", $"{to}"));
        gap.Data.ShouldContain("\"payload\":{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
        await AssertEventsAsync(client, next);
    }

    private static async Task AssertEventsAsync(SseClient client, IReadOnlyList<LogEntry> expected) =>
        (await client.NextAsync(expected.Count)).Select(item => (item.EventId!, item.Data)).ShouldBe(expected.Select(entry => ($"{entry.Cursor}", Encoding.UTF8.GetString(entry.Envelope.Span))));
}
